package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Alerts that people are told of together. Guarded by its dispatcher, but for the key.
final class AlertGroup {

    /// Job and instance first, then everything: what belongs together stands together.
    private static final Comparator<Alert> ORDER = Comparator.comparing(
                    (Alert alert) -> alert.labels().get("job"), Labels::compareUtf8)
            .thenComparing(alert -> alert.labels().get("instance"), Labels::compareUtf8)
            .thenComparing(Alert::labels);

    private final String key;
    private final Labels labels;
    final Map<Labels, Alert> alerts = new LinkedHashMap<>();
    long dueMillis;
    boolean hasFlushed;
    boolean isFlushing;

    AlertGroup(String routeKey, Labels labels, long dueMillis) {
        this.key = routeKey + ":" + text(labels);
        this.labels = labels;
        this.dueMillis = dueMillis;
    }

    /// Labels as Alertmanager writes them in group keys.
    static String text(Labels labels) {
        List<String> pairs = new ArrayList<>();
        labels.forEach((name, value) -> pairs.add(name + "=" + LabelNames.quote(value)));
        return "{" + String.join(", ", pairs) + "}";
    }

    String key() {
        return key;
    }

    Labels labels() {
        return labels;
    }

    List<Alert> sorted() {
        return alerts.values().stream().sorted(ORDER).toList();
    }
}
