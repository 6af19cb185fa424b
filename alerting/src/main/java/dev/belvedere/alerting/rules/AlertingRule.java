package dev.belvedere.alerting.rules;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.template.PrometheusFunctions;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns each label set of its expression's result into an alert that goes from pending to firing to resolved.
///
/// The states are Prometheus': a resolved alert is kept and sent again for a while, an alert whose condition
/// vanished while pending is forgotten at once.
final class AlertingRule implements Rule {

    static final String ALERTS = "ALERTS";
    static final String ALERTS_FOR_STATE = "ALERTS_FOR_STATE";

    private static final String STATE_LABEL = "alertstate";

    /// How long a resolved alert is kept, so that a receiver that was away still hears of it.
    private static final long RESOLVED_RETENTION_MILLIS = 15 * 60 * 1000;

    private final RuleDefinition.Alerting definition;
    private volatile RuleHealth health = RuleHealth.INITIAL;

    /// Whether what was known before the last restart has been looked up; nothing is written before.
    private volatile boolean isRestored;

    @GuardedBy("this")
    private final Map<Labels, ActiveAlert> active = new LinkedHashMap<>();

    AlertingRule(RuleDefinition.Alerting definition, boolean isRestored) {
        this.definition = definition;
        this.isRestored = isRestored;
    }

    @Override
    public RuleDefinition.Alerting definition() {
        return definition;
    }

    @Override
    public List<RuleSample> evaluate(Evaluation evaluation) {
        List<RuleSample> results = evaluation.run(definition.expression());
        Map<Labels, ActiveAlert> found = found(results, evaluation);
        synchronized (this) {
            found.forEach(this::mergeLocked);
            return advanceLocked(found, evaluation);
        }
    }

    private Map<Labels, ActiveAlert> found(List<RuleSample> results, Evaluation evaluation) {
        AlertTemplates templates = new AlertTemplates(definition.name(), evaluation);
        Map<Labels, ActiveAlert> found = new LinkedHashMap<>();
        for (RuleSample sample : results) {
            Labels.Builder labels = sample.labels().withoutMetricName().toBuilder();
            definition
                    .labelTemplates()
                    .forEach((name, template) -> labels.set(name, templates.expand(template, sample)));
            labels.set(Alert.NAME_LABEL, definition.name());
            Labels.Builder annotations = new Labels.Builder();
            definition
                    .annotationTemplates()
                    .forEach((name, template) -> annotations.set(name, templates.expand(template, sample)));
            Labels built = labels.build();
            // As in Prometheus, a histogram is no value.
            double value = sample.histogram() == null ? sample.value() : 0;
            ActiveAlert alert = new ActiveAlert(built, annotations.build(), value, evaluation.timeMillis());
            if (found.put(built, alert) != null) {
                throw Evaluation.failure("vector contains metrics with the same labelset after applying alert labels");
            }
        }
        return found;
    }

    @GuardedBy("this")
    private void mergeLocked(Labels labels, ActiveAlert now) {
        ActiveAlert known = active.get(labels);
        if (known == null || known.state == AlertState.INACTIVE) {
            active.put(labels, now);
        } else {
            known.value = now.value;
            known.annotations = now.annotations;
        }
    }

    /// Moves every alert on and collects the samples to be written.
    @GuardedBy("this")
    private List<RuleSample> advanceLocked(Map<Labels, ActiveAlert> found, Evaluation evaluation) {
        long now = evaluation.timeMillis();
        List<RuleSample> written = new ArrayList<>();
        int count = 0;
        Iterator<ActiveAlert> alerts = active.values().iterator();
        while (alerts.hasNext()) {
            ActiveAlert alert = alerts.next();
            if (found.containsKey(alert.labels)) {
                alert.keepFiringSinceMillis = ActiveAlert.NEVER;
            } else if (!isKeptFiring(alert, now)) {
                boolean isForgotten = alert.state == AlertState.PENDING
                        || alert.isResolved() && now - alert.resolvedAtMillis > RESOLVED_RETENTION_MILLIS;
                if (isForgotten) {
                    alerts.remove();
                }
                if (alert.state != AlertState.INACTIVE) {
                    alert.state = AlertState.INACTIVE;
                    alert.resolvedAtMillis = now;
                }
                continue;
            }
            count++;
            settle(alert, now);
            if (isRestored) {
                written.add(stateSample(alert));
                written.add(forStateSample(alert));
            }
        }
        if (evaluation.limit() > 0 && count > evaluation.limit()) {
            active.clear();
            throw Evaluation.failure("exceeded limit of " + evaluation.limit() + " with " + count + " alerts");
        }
        return written;
    }

    private boolean isKeptFiring(ActiveAlert alert, long now) {
        if (alert.state != AlertState.FIRING || definition.keepFiringMillis() == 0) {
            return false;
        }
        if (alert.keepFiringSinceMillis == ActiveAlert.NEVER) {
            alert.keepFiringSinceMillis = now;
        }
        return now - alert.keepFiringSinceMillis < definition.keepFiringMillis();
    }

    /// Pending or firing, by how long the condition holds. A reload may have made `for` longer.
    private void settle(ActiveAlert alert, long now) {
        boolean isHeld = now - alert.activeAtMillis >= definition.holdMillis();
        if (alert.state == AlertState.PENDING && isHeld) {
            alert.state = AlertState.FIRING;
            alert.firedAtMillis = now;
        } else if (alert.state == AlertState.FIRING && !isHeld) {
            alert.state = AlertState.PENDING;
            alert.firedAtMillis = ActiveAlert.NEVER;
            alert.lastSentAtMillis = ActiveAlert.NEVER;
            alert.keepFiringSinceMillis = ActiveAlert.NEVER;
        }
    }

    private RuleSample stateSample(ActiveAlert alert) {
        return RuleSample.of(seriesLabels(ALERTS, alert).with(STATE_LABEL, alert.state.text()), 1);
    }

    private RuleSample forStateSample(ActiveAlert alert) {
        return RuleSample.of(seriesLabels(ALERTS_FOR_STATE, alert), Math.floorDiv(alert.activeAtMillis, 1000));
    }

    private Labels seriesLabels(String metric, ActiveAlert alert) {
        Labels.Builder labels = definition.labels().toBuilder();
        alert.labels.forEach(labels::set);
        return labels.set(Labels.METRIC_NAME, metric)
                .set(Alert.NAME_LABEL, definition.name())
                .build();
    }

    /// The alerts that are due to be sent, marked as sent.
    synchronized List<Alert> takeDue(long now, long intervalMillis, RuleSettings settings) {
        List<Alert> due = new ArrayList<>();
        String url = settings.externalUrl()
                + PrometheusFunctions.tableLink(definition.expression().text());
        for (ActiveAlert alert : active.values()) {
            if (alert.needsSending(now, settings.resendDelayMillis())) {
                alert.lastSentAtMillis = now;
                alert.validUntilMillis = now + 4 * Math.max(intervalMillis, settings.resendDelayMillis());
                due.add(alert.toAlert(withExternalLabels(alert.labels, settings.externalLabels()), url));
            }
        }
        return due;
    }

    private static Labels withExternalLabels(Labels labels, Labels external) {
        Labels.Builder all = external.toBuilder();
        labels.forEach(all::set);
        return all.build();
    }

    boolean isRestored() {
        return isRestored;
    }

    void markRestored() {
        isRestored = true;
    }

    /// When each alert became active before the restart, looked up by the alert's labels.
    interface Earlier {
        Optional<Long> activeAt(Labels labels);
    }

    synchronized void restore(Earlier earlier) {
        for (ActiveAlert alert : active.values()) {
            earlier.activeAt(alert.labels).ifPresent(millis -> alert.activeAtMillis = millis);
        }
    }

    /// Takes over the alerts of the rule that this one replaces.
    void adopt(AlertingRule former) {
        List<ActiveAlert> alerts;
        synchronized (former) {
            alerts = List.copyOf(former.active.values());
        }
        synchronized (this) {
            alerts.forEach(alert -> active.put(alert.labels, alert));
        }
        isRestored = former.isRestored;
    }

    @Override
    public void report(RuleHealth newHealth) {
        health = newHealth;
    }

    @Override
    public RuleHealth health() {
        return health;
    }

    @Override
    public synchronized RuleSnapshot snapshot() {
        AlertState worst = health.evaluatedAtMillis() == RuleHealth.NEVER ? AlertState.UNKNOWN : AlertState.INACTIVE;
        List<AlertSnapshot> alerts = new ArrayList<>();
        for (ActiveAlert alert : active.values()) {
            worst = alert.state.compareTo(worst) > 0 ? alert.state : worst;
            if (!alert.isResolved()) {
                alerts.add(alert.snapshot());
            }
        }
        return new RuleSnapshot(definition, health, worst, alerts);
    }
}
