package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.RuleDefinition;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import dev.belvedere.alerting.rules.RuleHealth;
import dev.belvedere.alerting.rules.RuleSnapshot;
import dev.belvedere.alerting.template.GoFloat;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.storage.QueryBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Rules and the alerts that come of them.
final class RuleRoutes {

    /// What a rule or an alert is taken to cost, as it is told here.
    private static final int ALERT_BYTES = 160;

    private final PrometheusParts parts;

    RuleRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.get("/rules", this::rules).get("/alerts", this::alerts).get("/alertmanagers", this::alertmanagers);
    }

    private Reply alerts(Call call) {
        List<AlertSnapshot> alerts = parts.rules().alerts();
        QueryBudget budget = parts.budgets().forCall(call);
        budget.holdBytes((long) ALERT_BYTES * alerts.size());
        return new ApiAnswer().withList(alerts.size(), budget, (json, pieces) -> {
            json.beginObject().name("alerts").beginArray();
            alerts(json, pieces, alerts);
            json.endArray().endObject();
        });
    }

    private static void alerts(JsonWriter json, ApiAnswer.Pieces pieces, List<AlertSnapshot> alerts)
            throws IOException {
        for (AlertSnapshot alert : alerts) {
            alert(json, alert);
            pieces.mayDrain(json);
        }
    }

    /// Alerts go to our own notifications; there are no others to be sent to yet.
    private Reply alertmanagers(Call call) {
        return ApiAnswer.of(json -> {
            json.beginObject().name("activeAlertmanagers").beginArray().endArray();
            json.name("droppedAlertmanagers").beginArray().endArray().endObject();
        });
    }

    /// Which rules are asked for.
    private record Filter(
            Set<String> names,
            Set<String> groups,
            Set<String> files,
            List<List<LabelMatcher>> matchers,
            String type,
            boolean showsAlerts) {

        static Filter of(ApiParameters parameters) {
            String type = parameters.text("type").toLowerCase(Locale.ROOT);
            if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
                throw ApiException.parameter("type", "not supported value " + LabelNames.quote(type));
            }
            return new Filter(
                    Set.copyOf(parameters.all("rule_name[]")),
                    Set.copyOf(parameters.all("rule_group[]")),
                    Set.copyOf(parameters.all("file[]")),
                    parameters.matchers(),
                    type,
                    !parameters.flagOfAnyCase("exclude_alerts", "error converting exclude_alerts"));
        }

        boolean admits(RuleGroupSnapshot group) {
            return (groups.isEmpty() || groups.contains(group.name()))
                    && (files.isEmpty() || files.contains(group.file()));
        }

        boolean admits(RuleDefinition rule) {
            boolean isType = switch (rule) {
                case RuleDefinition.Alerting a -> !type.equals("record");
                case RuleDefinition.Recording r -> !type.equals("alert");
            };
            boolean isMatched = matchers.isEmpty()
                    || matchers.stream()
                            .anyMatch(set -> set.stream().allMatch(matcher -> matcher.matches(rule.labels())));
            return isType && isMatched && (names.isEmpty() || names.contains(rule.name()));
        }
    }

    /// @param limit groups on a page; 0 for all
    /// @param token of the page's first group; empty for the first page
    private record Page(int limit, String token) {

        static Page of(ApiParameters parameters) {
            String limit = parameters.text("group_limit");
            String token = parameters.text("group_next_token");
            if (limit.isEmpty()) {
                if (!token.isEmpty()) {
                    throw ApiException.parameter(
                            "group_next_token", "group_limit needs to be present in order to paginate over the groups");
                }
                return new Page(0, "");
            }
            try {
                int count = ApiParameters.clamped(limit);
                if (count > 0) {
                    return new Page(count, token);
                }
            } catch (NumberFormatException e) {
                throw ApiException.parameter(
                        "group_limit",
                        "group_limit needs to be a valid number: strconv.ParseInt: "
                                + ApiParameters.whyNoInteger(limit));
            }
            throw ApiException.parameter("group_limit", "group_limit needs to be greater than 0");
        }
    }

    /// A group and those of its rules that are asked for.
    private record Shown(RuleGroupSnapshot group, List<RuleSnapshot> rules) {}

    private Reply rules(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        Filter filter = Filter.of(parameters);
        Page page = Page.of(parameters);
        List<Shown> shown = new ArrayList<>();
        Optional<String> nextToken = Optional.empty();
        boolean isFound = page.token().isEmpty();
        for (RuleGroupSnapshot group : parts.rules().groups()) {
            isFound = isFound || page.token().equals(token(group));
            if (!isFound || !filter.admits(group)) {
                continue;
            }
            List<RuleSnapshot> rules = group.rules().stream()
                    .filter(rule -> filter.admits(rule.definition()))
                    .toList();
            if (rules.isEmpty()) {
                continue;
            }
            if (page.limit() > 0 && shown.size() == page.limit()) {
                nextToken = Optional.of(token(group));
                break;
            }
            shown.add(new Shown(group, rules));
        }
        if (!isFound) {
            throw ApiException.parameter(
                    "group_next_token", "invalid group_next_token '" + page.token() + "'. were rule groups changed?");
        }
        return answer(parts.budgets().forCall(call), shown, nextToken, filter.showsAlerts());
    }

    private static String token(RuleGroupSnapshot group) {
        try {
            byte[] text = (group.file() + ";" + group.name()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Reply answer(
            QueryBudget budget, List<Shown> shown, Optional<String> nextToken, boolean showsAlerts) {
        int count = 0;
        for (Shown group : shown) {
            for (RuleSnapshot rule : group.rules()) {
                count += 1 + rule.alerts().size();
            }
        }
        budget.holdBytes((long) ALERT_BYTES * count);
        return new ApiAnswer().withList(count, budget, (json, pieces) -> {
            json.beginObject().name("groups").beginArray();
            for (Shown group : shown) {
                group(json, pieces, group, showsAlerts);
            }
            json.endArray();
            nextToken.ifPresent(token -> json.name("groupNextToken").value(token));
            json.endObject();
        });
    }

    private static void group(JsonWriter json, ApiAnswer.Pieces pieces, Shown shown, boolean showsAlerts)
            throws IOException {
        RuleGroupSnapshot group = shown.group();
        json.beginObject();
        GoJson.text(json.name("name"), group.name());
        GoJson.text(json.name("file"), group.file());
        json.name("rules").beginArray();
        for (RuleSnapshot rule : shown.rules()) {
            rule(json, pieces, rule, showsAlerts);
            pieces.mayDrain(json);
        }
        json.endArray();
        json.name("interval").value(group.intervalMillis() / 1e3);
        json.name("limit").value(group.limit());
        json.name("evaluationTime").value(group.durationNanos() / 1e9);
        evaluated(json.name("lastEvaluation"), group.evaluatedAtMillis());
        json.endObject();
    }

    private static void evaluated(JsonWriter json, long millis) {
        if (millis == RuleHealth.NEVER) {
            GoJson.never(json);
        } else {
            GoJson.time(json, millis);
        }
    }

    private static void rule(JsonWriter json, ApiAnswer.Pieces pieces, RuleSnapshot rule, boolean showsAlerts)
            throws IOException {
        json.beginObject();
        switch (rule.definition()) {
            case RuleDefinition.Alerting alerting -> {
                alerting(json, rule, alerting);
                json.name("alerts");
                if (showsAlerts) {
                    json.beginArray();
                    alerts(json, pieces, rule.alerts());
                    json.endArray();
                } else {
                    json.nullValue();
                }
            }
            case RuleDefinition.Recording recording -> {
                GoJson.text(json.name("name"), recording.name());
                GoJson.text(json.name("query"), recording.expression().text());
                GoJson.labels(json.name("labels"), recording.labels());
            }
        }
        RuleHealth health = rule.health();
        json.name("health").value(health.status().text());
        if (!health.error().isEmpty()) {
            GoJson.text(json.name("lastError"), health.error());
        }
        json.name("evaluationTime").value(health.durationNanos() / 1e9);
        evaluated(json.name("lastEvaluation"), health.evaluatedAtMillis());
        json.name("type").value(rule.definition() instanceof RuleDefinition.Alerting ? "alerting" : "recording");
        json.endObject();
    }

    private static void alerting(JsonWriter json, RuleSnapshot rule, RuleDefinition.Alerting alerting) {
        json.name("state").value(rule.state().text());
        GoJson.text(json.name("name"), alerting.name());
        GoJson.text(json.name("query"), alerting.expression().text());
        json.name("duration").value(alerting.holdMillis() / 1e3);
        json.name("keepFiringFor").value(alerting.keepFiringMillis() / 1e3);
        GoJson.labels(json.name("labels"), alerting.labels());
        GoJson.labels(json.name("annotations"), alerting.annotations());
    }

    private static void alert(JsonWriter json, AlertSnapshot alert) {
        json.beginObject();
        GoJson.labels(json.name("labels"), alert.labels());
        GoJson.labels(json.name("annotations"), alert.annotations());
        json.name("state").value(alert.state().text());
        GoJson.time(json.name("activeAt"), alert.activeAtMillis());
        if (alert.keepFiringSinceMillis() != AlertSnapshot.NOT_KEPT) {
            GoJson.time(json.name("keepFiringSince"), alert.keepFiringSinceMillis());
        }
        json.name("value").value(GoFloat.format(alert.value(), 'e', GoFloat.SHORTEST));
        json.endObject();
    }
}
