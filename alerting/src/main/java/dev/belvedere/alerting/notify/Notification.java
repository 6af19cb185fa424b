package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;
import java.util.List;

/// What one message is about.
///
/// @param groupKey identifies the group over time
/// @param alerts firing and resolved ones, in the order in which they are shown; not empty
/// @param atMillis the moment that decides which alerts are resolved
public record Notification(
        String receiver, String groupKey, Labels groupLabels, List<Alert> alerts, String externalUrl, long atMillis) {

    public Notification {
        alerts = List.copyOf(alerts);
    }
}
