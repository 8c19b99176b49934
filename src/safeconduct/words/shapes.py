"""Simple shapes of which pictograms are made, in a square of 100 x 100, y downwards; and how they are put on a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import cos, hypot, pi, sin

import msgspec
from fpdf import FPDF

Point = tuple[float, float]
BLACK, WHITE, GREY = 0, 255, 150


class Stroke(msgspec.Struct, frozen=True):
    """A line through points with round ends. dashed: pieces as long as gaps."""

    points: tuple[Point, ...]
    width: float = 6.0
    grey: int = BLACK
    dashed: float = 0.0


class Disc(msgspec.Struct, frozen=True):
    centre: Point
    radius: float
    grey: int = BLACK


class Ring(msgspec.Struct, frozen=True):
    centre: Point
    radius: float
    width: float = 4.0
    grey: int = BLACK


class Area(msgspec.Struct, frozen=True):
    points: tuple[Point, ...]
    grey: int = BLACK


Shape = Stroke | Disc | Ring | Area


def moved(shapes: Iterable[Shape], right: float, down: float, scale: float = 1.0) -> list[Shape]:
    """The same shapes, scaled about the square's corner and shifted."""

    def at(p: Point) -> Point:
        return (p[0] * scale + right, p[1] * scale + down)

    out: list[Shape] = []
    for s in shapes:
        match s:
            case Stroke():
                out.append(Stroke(tuple(map(at, s.points)), s.width * scale, s.grey, s.dashed * scale))
            case Disc():
                out.append(Disc(at(s.centre), s.radius * scale, s.grey))
            case Ring():
                out.append(Ring(at(s.centre), s.radius * scale, s.width * scale, s.grey))
            case Area():
                out.append(Area(tuple(map(at, s.points)), s.grey))
    return out


def arrow(*points: Point, width: float = 5.0, head: float = 13.0, both: bool = False) -> list[Shape]:
    """A line through points that ends in a head; both: begins in one too."""
    shapes: list[Shape] = [_head(points[-2], points[-1], head)]
    last = _short_of(points[-2], points[-1], head * 0.8)
    first = points[0]
    if both:
        shapes.append(_head(points[1], points[0], head))
        first = _short_of(points[1], points[0], head * 0.8)
    return [Stroke((first, *points[1:-1], last), width), *shapes]


def _head(begin: Point, tip: Point, size: float) -> Area:
    length = hypot(tip[0] - begin[0], tip[1] - begin[1]) or 1.0
    ux, uy = (tip[0] - begin[0]) / length, (tip[1] - begin[1]) / length
    bx, by = tip[0] - ux * size, tip[1] - uy * size
    half = size * 0.55
    return Area((tip, (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)))


def _short_of(begin: Point, tip: Point, by: float) -> Point:
    length = hypot(tip[0] - begin[0], tip[1] - begin[1]) or 1.0
    return (tip[0] - (tip[0] - begin[0]) / length * by, tip[1] - (tip[1] - begin[1]) / length * by)


def star(centre: Point, outer: float, inner: float, rays: int) -> Area:
    points = []
    for i in range(2 * rays):
        radius, angle = (outer if i % 2 == 0 else inner), pi * i / rays - pi / 2
        points.append((centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)))
    return Area(tuple(points))


def tick(right: float, down: float, size: float) -> list[Shape]:
    return [Stroke(((right, down + size * 0.55), (right + size * 0.38, down + size), (right + size, down)), size * 0.2)]


def cross(right: float, down: float, size: float) -> list[Shape]:
    """A diagonal one: it must never look like an emblem."""
    corner = (right + size, down + size)
    return [
        Stroke(((right, down), corner), size * 0.18),
        Stroke(((right + size, down), (right, down + size)), size * 0.18),
    ]


def draw(pdf: FPDF, shapes: Iterable[Shape], x_mm: float, y_mm: float, size_mm: float) -> None:
    """Put shapes into a square of size_mm whose upper left corner is at x_mm, y_mm of the page."""
    f = size_mm / 100.0

    def at(p: Point) -> Point:
        return (x_mm + p[0] * f, y_mm + p[1] * f)

    for s in shapes:
        pdf.set_fill_color(s.grey)
        pdf.set_draw_color(s.grey)
        match s:
            case Disc():
                _disc(pdf, at(s.centre), s.radius * f)
            case Area():
                pdf.polygon([at(p) for p in s.points], style="F")
            case Ring():
                pdf.set_line_width(s.width * f)
                x, y = at(s.centre)
                pdf.circle(x=x, y=y, radius=s.radius * f, style="D")
            case Stroke():
                _stroke(pdf, [at(p) for p in s.points], s.width * f, s.dashed * f)
    pdf.set_fill_color(BLACK)
    pdf.set_draw_color(BLACK)


def _disc(pdf: FPDF, centre: Point, radius: float) -> None:
    pdf.circle(x=centre[0], y=centre[1], radius=radius, style="F")


def _stroke(pdf: FPDF, points: list[Point], width: float, dashed: float) -> None:
    if dashed:
        pdf.set_line_width(width)
        pdf.set_dash_pattern(dash=dashed, gap=dashed)
    for (ax, ay), (bx, by) in pairwise(points):
        if dashed:
            pdf.line(ax, ay, bx, by)
            continue
        length = hypot(bx - ax, by - ay) or 1.0
        nx, ny = (ay - by) / length * width / 2.0, (bx - ax) / length * width / 2.0
        pdf.polygon([(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)], style="F")
    if dashed:
        pdf.set_dash_pattern()
        return
    for point in points:  # round ends and joints: a line's own ends are square
        _disc(pdf, point, width / 2.0)
