package dev.belvedere.api;

import dev.belvedere.api.http.Call;
import dev.belvedere.model.Tenant;

/// Tells whose telemetry a request is about.
public interface TenantResolver {

    Tenant tenant(Call call);

    /// For installations that do not separate tenants.
    static TenantResolver single() {
        return call -> Tenant.DEFAULT;
    }
}
