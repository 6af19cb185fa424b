package dev.belvedere.api.queries;

import dev.belvedere.alerting.rules.RuleOrigin;
import dev.belvedere.api.http.Call;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.plan.Steps;

/// A query as it was asked.
///
/// @param startMillis of a range; of an instant query its moment
/// @param stepMillis 0 where a query has no steps: an instant query, a search
/// @param origin who asked
public record QueryDescription(
        QueryLanguage language,
        String text,
        Tenant tenant,
        long startMillis,
        long endMillis,
        long stepMillis,
        Origin origin) {

    static QueryDescription of(QueryLanguage language, String text, Tenant tenant, Steps steps, Origin origin) {
        return new QueryDescription(
                language, text, tenant, steps.startMillis(), steps.endMillis(), steps.stepMillis(), origin);
    }

    /// Who asked.
    public sealed interface Origin {

        /// In a few words.
        String shown();

        static Origin of(Call call) {
            return new Http(call.remoteAddress(), call.method(), call.path());
        }

        /// The group of rules that is being evaluated on this thread.
        static Origin ofRules() {
            RuleOrigin rules = RuleOrigin.CURRENT.orElse(RuleOrigin.UNKNOWN);
            return new Rules(rules.file(), rules.group());
        }

        /// @param client its address
        record Http(String client, String method, String path) implements Origin {
            @Override
            public String shown() {
                return client + " " + method + " " + path;
            }
        }

        record Rules(String file, String group) implements Origin {
            @Override
            public String shown() {
                return file.isEmpty() ? "rules" : "rules " + file + ";" + group;
            }
        }
    }
}
