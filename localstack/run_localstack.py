"""Start LocalStack 4.14 in this Python, bound to loopback only."""

import warnings

from twisted.internet import endpoints
from typing_extensions import deprecated

# LocalStack's kms imports this name, which only Python 3.13 and newer have.
if not hasattr(warnings, "deprecated"):
    warnings.deprecated = deprecated


# LocalStack's twisted server ignores the IPv4 host of GATEWAY_LISTEN and listens on 0.0.0.0
# (localstack/runtime/server/twisted.py: "TODO: interface = host?").
class LoopbackEndpoint(endpoints.TCP4ServerEndpoint):
    def __init__(self, reactor, port, backlog=50, interface="127.0.0.1"):
        super().__init__(reactor, port, backlog, interface or "127.0.0.1")


endpoints.TCP4ServerEndpoint = LoopbackEndpoint

from localstack.runtime.main import main  # noqa: E402  (after the changes above)

main()
