"""Modules' code in processes of their own: what it does to them reaches nobody else.

`Host` is the caller's side. It starts one process that loads the platform once (`main`), which forks a child for each
module (`child`), within limits (`limits`). Caller and child speak over a socket (`wire`): data only, of bounded size.
"""

from services.module_api.process.host import HookFailed, Host

__all__ = ["HookFailed", "Host"]
