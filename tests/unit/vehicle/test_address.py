"""Every way to name a link is read, and nonsense is answered with one line and the mend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.faults import BadInput
from safeconduct.vehicle import LinkAddress, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("udpin:127.0.0.1:14550", LinkAddress("udpin", "127.0.0.1", 14550)),
        ("udpin://0.0.0.0:14550", LinkAddress("udpin", "0.0.0.0", 14550)),
        ("udp:drone.local:14550", LinkAddress("udpout", "drone.local", 14550)),
        ("udpout:10.0.0.2:14551", LinkAddress("udpout", "10.0.0.2", 14551)),
        ("tcp:127.0.0.1:5760", LinkAddress("tcp", "127.0.0.1", 5760)),
        ("udpin:[::1]:14550", LinkAddress("udpin", "::1", 14550)),
        ("serial:/dev/ttyUSB0:921600", LinkAddress("serial", device="/dev/ttyUSB0", baud=921600)),
        ("/dev/ttyACM0", LinkAddress("serial", device="/dev/ttyACM0", baud=57600)),
        ("/dev/ttyACM0:115200", LinkAddress("serial", device="/dev/ttyACM0", baud=115200)),
    ],
)
def test_every_way_to_name_a_link_is_read(url: str, address: LinkAddress) -> None:
    assert parse_address(url) == address
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "url",
    ["", "udpin", "udpin:", "udpin:host", "udpin:host:0", "udpin:host:99999", "ftp:x:1", "serial:COM3", "tcp::5760"],
)
def test_nonsense_is_one_line(url: str) -> None:
    with pytest.raises(BadInput) as bad:
        parse_address(url)
    assert "\n" not in str(bad.value)


@given(
    st.text(max_size=60) | st.text(max_size=30).map("udpin:{}".format) | st.text(max_size=30).map("serial:{}".format)
)
def test_any_text_is_an_address_or_one_line(url: str) -> None:
    try:
        address = parse_address(url)
    except BadInput:
        return
    assert parse_address(str(address)) == address
