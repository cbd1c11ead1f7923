"""A viewer clicks, the location does it, everybody sees it."""

from tests.server.running import Running, until


async def test_a_click_reaches_the_lamp_and_the_second_viewer(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    first, second = await server.view(), await server.view()

    answer = await first.command("tree", "set_color", rgb=[255, 0, 0])

    assert answer["ok"]
    assert answer["tokens"] == {"left": 19, "capacity": 20, "refill_ms": 250}
    assert house.commands[0]["action"] == {"type": "set_color", "rgb": [255, 0, 0]}
    assert house.commands[0]["viewer"] == first.snapshot["viewer"]
    await until(lambda: second.states["tree"].get("rgb") == [255, 0, 0])
    await until(lambda: bool(second.received["activity"]))
    assert second.received["activity"][0]["viewer"] == first.snapshot["viewer"]
