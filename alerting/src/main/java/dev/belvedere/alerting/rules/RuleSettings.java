package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;

/// How rules are evaluated. A reload may change any of it.
///
/// @param defaultIntervalMillis of groups that name none (`global.evaluation_interval`)
/// @param defaultQueryOffsetMillis of groups that name none (`global.rule_query_offset`)
/// @param externalLabels seen by templates, and added to the alerts sent
/// @param externalUrl under which people reach this server, without a slash at its end
/// @param resendDelayMillis after which a firing alert is sent again (`rules.alert.resend-delay`)
/// @param forGracePeriodMillis a restored alert fires no sooner than this after the restart, if its `for` is longer
///     (`rules.alert.for-grace-period`)
/// @param outageToleranceMillis how long an outage may be for alerts to be restored
///     (`rules.alert.for-outage-tolerance`)
/// @param limits of each rule's query
public record RuleSettings(
        long defaultIntervalMillis,
        long defaultQueryOffsetMillis,
        Labels externalLabels,
        String externalUrl,
        long resendDelayMillis,
        long forGracePeriodMillis,
        long outageToleranceMillis,
        QueryBudget.Limits limits) {

    public static final RuleSettings DEFAULT =
            new RuleSettings(60_000, 0, Labels.EMPTY, "", 60_000, 600_000, 3_600_000, QueryBudget.Limits.DEFAULT);

    public RuleSettings withInterval(long newDefaultIntervalMillis) {
        return new RuleSettings(
                newDefaultIntervalMillis,
                defaultQueryOffsetMillis,
                externalLabels,
                externalUrl,
                resendDelayMillis,
                forGracePeriodMillis,
                outageToleranceMillis,
                limits);
    }
}
