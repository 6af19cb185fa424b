package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.AlertReceiver;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.MetricStore;

/// What rules need of the rest of the program.
///
/// @param store takes the results and remembers the alerts' states over a restart
/// @param query answers the queries of templates
public record RulePorts(
        MetricStore store,
        Tenant tenant,
        RuleLanguage query,
        AlertReceiver receiver,
        TimeSource time,
        MetricRegistry metrics) {}
