package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;

/// One change to what is remembered of alerts and notifications.
sealed interface NotificationEdit {

    record AlertKept(Alert alert) implements NotificationEdit {}

    record AlertForgotten(Labels labels) implements NotificationEdit {}

    record Sent(SentKey key, SentEntry entry) implements NotificationEdit {}

    record SentForgotten(SentKey key) implements NotificationEdit {}
}
