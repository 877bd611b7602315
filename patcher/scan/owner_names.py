"""What names say of how long a thing is kept and when a function runs: of containers, start-up and services."""

import re

from patcher.analysis.meaning import Sign

ONCE = Sign(
    rb"(?:singleton|once|memoi[sz]e|lazy|global|provide|factory|asValue|asFunction)\w*$",
    "what makes a thing once for the process is called so",
    "container.«asValue|asThing»",
    re.I,
)
PER_REQUEST = Sign(
    rb"Scope\.REQUEST|Scope\.TRANSIENT|Lifecycle\.|@(?:transient|scoped|requestScoped)",
    "containers are configured so to make a thing for each request or use",
    "@Injectable({ scope: Scope.«REQUEST|DEFAULT» })",
    re.I,
)
STARTS = Sign(
    rb"^_?(?:main|bootstrap\w*|boot|start(?:[A-Z]\w*)?|listen|onModuleInit|onApplicationBootstrap|onReady|register"
    rb"|beforeApplicationStart|setupServer|createServer|initServer|runServer)$",
    "functions that run while the program starts",
    "«bootstrap|handle»",
)
SERVICE = Sign(
    rb"(?:Service|Server|Manager|Registry|Adapter|Provider|Repository|Controller|Pool|Store|Storage|Cache|Connector|Gateway"
    rb"|Factory|Plugin|Module|Resolver|Scheduler|Strategy|Estimator|Monitor)(?:Impl)?$",
    "a class that is called so serves the whole program, where it cannot be seen to be made for one use",
    "User«Service|Query»",
)
