"""Keeps the processes of one machine running: starts them, waits until each is ready, restarts what dies, stops all.

No process is a child of another: the engine's or the web's death never touches Asterisk and the calls in it. When the
supervisor itself is killed, the kernel ends them (PR_SET_PDEATHSIG), but for Asterisk: calls go on, and the next supervisor
takes it over.
"""

from callbase.platform.supervisor.outliving import left_over
from callbase.platform.supervisor.process import BackOff, ProcessSpec, State, SupervisedProcess
from callbase.platform.supervisor.supervisor import Supervisor

__all__ = ["BackOff", "ProcessSpec", "State", "SupervisedProcess", "Supervisor", "left_over"]
