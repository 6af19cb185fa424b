package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Receiver;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Route;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Webhook;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Notifies one group: decides whether there is anything new to tell, sends it, tries again, and remembers.
final class NotificationPipeline {

    private static final System.Logger LOG = System.getLogger(NotificationPipeline.class.getName());
    private static final long MIN_TIMEOUT_MILLIS = 10_000;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final long MAX_BACKOFF_MILLIS = 60_000;

    private final NotificationPorts ports;
    private final TimeSource time;
    private final Route route;
    private final String externalUrl;
    private final List<Notifier> notifiers = new ArrayList<>();
    private final Counter sent;
    private final Counter failed;
    private final Counter retries;

    /// @param externalUrl under which people reach this server
    NotificationPipeline(NotificationPorts ports, AlertmanagerConfig config, String externalUrl) {
        this.ports = ports;
        this.time = ports.time();
        this.route = config.route();
        this.externalUrl = externalUrl;
        Receiver receiver = config.receiver(route.receiver())
                .orElseThrow(() -> new IllegalArgumentException("no receiver " + route.receiver()));
        for (Webhook webhook : receiver.webhooks()) {
            notifiers.add(new WebhookNotifier(webhook, ports.transport(), ports.disk()));
        }
        String name = receiver.name();
        sent = ports.metrics().counter("belvedere_notifications_total", "Notifications sent.", "receiver", name);
        failed = ports.metrics()
                .counter("belvedere_notifications_failed_total", "Notifications given up.", "receiver", name);
        retries =
                ports.metrics().counter("belvedere_notification_retries_total", "Attempts repeated.", "receiver", name);
    }

    Route route() {
        return route;
    }

    /// @param atMillis the moment that decides which alerts are resolved
    /// @return whether everybody knows of the alerts what there is to know
    boolean notifyGroup(String groupKey, Labels groupLabels, List<Alert> alerts, long atMillis)
            throws InterruptedException {
        if (alerts.isEmpty()) {
            return true;
        }
        Notification notification =
                new Notification(route.receiver(), groupKey, groupLabels, alerts, externalUrl, atMillis);
        long deadline = time.nanoTime()
                + Duration.ofMillis(Math.max(route.groupIntervalMillis(), MIN_TIMEOUT_MILLIS))
                        .toNanos();
        boolean isDone = true;
        for (int i = 0; i < notifiers.size(); i++) {
            SentKey key = new SentKey(groupKey, route.receiver(), i);
            isDone &= notifyOne(key, notifiers.get(i), notification, deadline);
        }
        return isDone;
    }

    private boolean notifyOne(SentKey key, Notifier notifier, Notification notification, long deadlineNanos)
            throws InterruptedException {
        Set<Long> firing = new HashSet<>();
        Set<Long> resolved = new HashSet<>();
        for (Alert alert : notification.alerts()) {
            (alert.isResolvedAt(notification.atMillis()) ? resolved : firing).add(alert.fingerprint());
        }
        SentEntry now = new SentEntry(notification.atMillis(), firing, resolved);
        if (!hasNews(ports.log().lastSent(key), now, notifier)) {
            return true;
        }
        Optional<Notification> shown = shown(notification, notifier);
        if (shown.isPresent() && !deliver(notifier, shown.get(), deadlineNanos)) {
            return false;
        }
        ports.log().commit(List.of(new NotificationEdit.Sent(key, now)));
        return true;
    }

    private boolean hasNews(Optional<SentEntry> before, SentEntry now, Notifier notifier) {
        if (before.isEmpty()) {
            return !now.firing().isEmpty();
        }
        SentEntry last = before.get();
        if (!last.firing().containsAll(now.firing())) {
            return true;
        }
        if (now.firing().isEmpty()) {
            return !last.firing().isEmpty();
        }
        if (notifier.sendsResolved() && !last.resolved().containsAll(now.resolved())) {
            return true;
        }
        return last.atMillis() < now.atMillis() - route.repeatIntervalMillis();
    }

    /// Without resolved alerts for those who do not want to hear of them; empty if none is left.
    private static Optional<Notification> shown(Notification notification, Notifier notifier) {
        if (notifier.sendsResolved()) {
            return Optional.of(notification);
        }
        List<Alert> firing = notification.alerts().stream()
                .filter(alert -> !alert.isResolvedAt(notification.atMillis()))
                .toList();
        return firing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Notification(
                        notification.receiver(),
                        notification.groupKey(),
                        notification.groupLabels(),
                        firing,
                        notification.externalUrl(),
                        notification.atMillis()));
    }

    /// Tries until it is sent, refused, or the group is due again.
    private boolean deliver(Notifier notifier, Notification notification, long deadlineNanos)
            throws InterruptedException {
        long backoff = FIRST_BACKOFF_MILLIS;
        String lastReason = "";
        while (true) {
            Notifier.Delivery delivery = notifier.send(notification);
            switch (delivery) {
                case Notifier.Delivery.Sent s -> {
                    sent.increment();
                    return true;
                }
                case Notifier.Delivery.Refused refused -> {
                    return giveUp(notification, refused.reason());
                }
                case Notifier.Delivery.Postponed postponed -> {
                    if (!postponed.reason().equals(lastReason)) {
                        warn(notification, "will be tried again", postponed.reason());
                    }
                    lastReason = postponed.reason();
                }
            }
            if (time.nanoTime() + Duration.ofMillis(backoff).toNanos() >= deadlineNanos) {
                return giveUp(notification, lastReason);
            }
            time.sleep(Duration.ofMillis(backoff));
            backoff = Math.min(MAX_BACKOFF_MILLIS, backoff + backoff / 2);
            retries.increment();
        }
    }

    private boolean giveUp(Notification notification, String reason) {
        failed.increment();
        warn(notification, "was given up until the group is due again", reason);
        return false;
    }

    private static void warn(Notification notification, String fate, String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "a notification " + fate + " receiver=" + notification.receiver() + " group=" + notification.groupKey()
                        + ": " + reason);
    }
}
