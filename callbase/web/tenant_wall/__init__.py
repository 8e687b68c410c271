"""The second wall between tenants, in the database: row-level security.

The first wall is each query's own `tenant = …`. Should one forget it, this one holds: from the moment it is known who asks, a
request's statements run as the role `callbase_tenant`, to which policies show the rows of the setting `callbase.tenant` and no
others. What belongs to no request (engine, worker, commands, the gateway) runs as the tables' owner, whom policies leave alone.

`request` puts the wall up and takes it away, `policies` builds it.
"""

from callbase.web.tenant_wall.request import TenantWall, bind, every_tenant, only, release

__all__ = ["TenantWall", "bind", "every_tenant", "only", "release"]
