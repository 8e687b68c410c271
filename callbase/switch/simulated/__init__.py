"""A switch made of nothing but state and virtual time: for tests, load, and asking what if.

    switch = SimulatedSwitch(node="a")
    switch.connect(now_ms)                                  # → SwitchConnected
    switch.telephones["1001"] = Telephone(answers_after_ms=800)      # how the device behaves when it is called
    switch.register("1001", now_ms)                         # → DeviceRegistered
    leg = switch.dial("4008001234", now_ms, caller="13800138001", trunk="demo-trunk")   # → CallOffered
    switch.execute(Answer(leg=leg), now_ms)                 # → LegAnswered
    switch.press(leg, "1", now_ms)                          # → DigitPressed
    switch.hang_up(leg, now_ms)                             # → LegEnded
    switch.events(now_ms)                                   # all events due by now, in order; next_due_ms() says when more come
    switch.legs[leg].bridge / .music / .playback / .held    # what the far end hears

`Crowd` makes seeded callers who come, wait, talk and hang up. `Simulation` runs an Engine against the switch on virtual time:
`run_for(ms)`. `SimulatedDriver` is the same switch behind the `SwitchDriver` port, on the event loop's clock; its far ends are
driven through `driver.switch` and `driver.far_end(...)`:

    driver = SimulatedDriver(node="a")
    await driver.start(sink)
    driver.far_end("dial", "4008001234", caller="138…", trunk="demo-trunk")       # any far-end method, now
"""

from __future__ import annotations

from callbase.switch.simulated.crowd import Crowd
from callbase.switch.simulated.driver import SimulatedDriver
from callbase.switch.simulated.simulation import Simulation
from callbase.switch.simulated.switch import SimulatedSwitch
from callbase.switch.simulated.telephone import Telephone

__all__ = ["Crowd", "SimulatedDriver", "SimulatedSwitch", "Simulation", "Telephone"]
