"""Plans drawn in other programs' KML."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.maps import read_plan
from safeconduct.model.faults import BadInput

START = "<Point><coordinates>38.0,48.6,0</coordinates></Point>"
END = "<Point><coordinates>38.004,48.6,0</coordinates></Point>"
WAY = "<LineString><coordinates>38.0,48.6,0 38.002,48.601,0\n 38.004,48.6,0</coordinates></LineString>"
WOOD = (
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>38.001,48.602 38.003,48.602 38.003,48.603 38.001,48.602"
    "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)


def mark(geometry: str, name: str = "", data: str = "") -> str:
    return f"<Placemark><name>{name}</name><ExtendedData>{data}</ExtendedData>{geometry}</Placemark>"


def role(word: str) -> str:
    return f'<Data name="role"><value>{word}</value></Data>'


def kml(*inside: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>Alder</name>{''.join(inside)}</Document></kml>"
    )


def save(folder: Path, text: str) -> Path:
    (folder / "plan.kml").write_text(text)
    return folder / "plan.kml"


WALK = (mark(START, "A", role("start")), mark(WAY, "Route"), mark(END, "reception"))


def test_roles_come_from_data_from_names_and_from_folders(tmp_path: Path) -> None:
    folder = f"<Folder><name>No-Go</name><Folder><name>north</name>{mark(WOOD, 'the wood')}</Folder></Folder>"
    plan = read_plan(save(tmp_path, kml(*WALK, folder)))
    assert plan.name == "Alder"
    assert len(plan.route) == 3
    assert [(area.name, area.role, len(area.ring)) for area in plan.areas] == [("the wood", "no_go", 3)]


def test_a_schema_may_carry_role_and_radius(tmp_path: Path) -> None:
    data = (
        '<SchemaData><SimpleData name="role">mines</SimpleData><SimpleData name="radius_m">12</SimpleData></SchemaData>'
    )
    point = "<Point><coordinates>38.002,48.603</coordinates></Point>"
    plan = read_plan(save(tmp_path, kml(*WALK, mark(point, "one", data))))
    assert plan.areas[0].radius_m == 12


def test_heights_count_only_when_they_are_absolute(tmp_path: Path) -> None:
    high = WAY.replace(",0", ",50").replace("<coordinates>", "<altitudeMode>absolute</altitudeMode><coordinates>")
    lying = read_plan(save(tmp_path, kml(WALK[0], mark(WAY.replace(",0", ",50"), "route"), WALK[2])))
    assert {p.up for p in lying.route} == {0.0}
    assert read_plan(save(tmp_path, kml(WALK[0], mark(high, "route"), WALK[2]))).anchor.alt_m == 50.0


def test_a_multigeometry_of_two_woods_is_two_areas(tmp_path: Path) -> None:
    woods = f"<MultiGeometry>{WOOD}{WOOD.replace('48.60', '48.61')}</MultiGeometry>"
    assert len(read_plan(save(tmp_path, kml(*WALK, mark(woods, "cover")))).areas) == 2


MISTAKES = {
    "entities": (
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaa">]><kml>&a;</kml>',
        "declares a document type or entities",
    ),
    "broken xml": (kml("<Folder>"), "line 2 column .*: is not well-formed XML"),
    "another language": ("<gpx></gpx>", r"is XML but no KML \(it begins with <gpx>\)"),
    "nothing drawn": (kml(), "has no placemarks"),
    "a slip of the pen": (kml(*WALK, mark(START, "", role("recepton"))), "placemark 4: .*did you mean 'reception'"),
    "no role at all": (kml(*WALK, mark(START)), "placemark 4: has no role"),
    "a strange name": (kml(*WALK, mark(START, "Bob")), "unknown role 'Bob'"),
    "no geometry": (kml(*WALK, mark("", "cover")), r"placemark 4 \(cover\): has no geometry"),
    "a track": (kml(*WALK, mark("<Track></Track>", "route")), "is a Track"),
    "words for numbers": (kml(mark("<Point><coordinates>here</coordinates></Point>", "start")), "holds 'here'"),
    "one number": (kml(mark("<Point><coordinates>38</coordinates></Point>", "start")), r"write \[longitude"),
    "an empty point": (kml(mark("<Point><coordinates/></Point>", "start")), "has no coordinates"),
    "infinity": (kml(mark("<Point><coordinates>inf,1</coordinates></Point>", "start")), "not finite"),
    "a hole": (
        kml(*WALK, mark(WOOD.replace("</Polygon>", "<innerBoundaryIs/></Polygon>"), "cover")),
        "has a hole",
    ),
    "a route for a point": (kml(*WALK, mark(WAY, "start")), "a start is drawn as a Point"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_line_names_file_place_and_mend_for(tmp_path: Path, mistake: str) -> None:
    text, words = MISTAKES[mistake]
    with pytest.raises(BadInput, match=words) as told:
        read_plan(save(tmp_path, text))
    assert str(told.value).startswith(str(tmp_path / "plan.kml"))
    assert "\n" not in str(told.value)


def test_deeply_nested_folders_are_walked_and_not_fallen_into(tmp_path: Path) -> None:
    deep = "<Folder>" * 5000 + mark(WOOD, "no_go") + "</Folder>" * 5000
    assert len(read_plan(save(tmp_path, kml(*WALK, deep))).areas) == 1
