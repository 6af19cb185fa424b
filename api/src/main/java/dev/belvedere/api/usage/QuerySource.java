package dev.belvedere.api.usage;

import dev.belvedere.api.http.Call;
import java.util.Locale;

/// Who asks for a metric.
public enum QuerySource {
    /// A recording or alerting rule.
    RULE,
    /// A panel of a dashboard: Grafana, or our own pages.
    DASHBOARD,
    /// Anything else that calls an API.
    API;

    /// The source of the call in hand; [#API] where none is bound.
    public static final ScopedValue<QuerySource> CURRENT = ScopedValue.newInstance();

    /// Who makes a call, by what it says of itself.
    public static QuerySource of(Call call) {
        boolean isDashboard = !call.header("x-dashboard-uid").isEmpty()
                || !call.header("x-grafana-org-id").isEmpty()
                || call.header("user-agent").startsWith("Grafana")
                || !call.header("sec-fetch-site").isEmpty();
        return isDashboard ? DASHBOARD : API;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
