package dev.belvedere.alerting.notify;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.AlertReceiver;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Route;
import dev.belvedere.alerting.schedule.Shutdown;
import dev.belvedere.alerting.schedule.Timetable;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.Counter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes alerts, puts them into groups and has each group notified at its time.
///
/// An alert is in the notification log before [#receive] returns, and leaves it when people know that it is over.
/// Lock order: the dispatcher's before the log's; nothing is sent with a lock held.
public final class AlertDispatcher implements AlertReceiver, AutoCloseable {

    /// After a restart, alerts that nobody sends again hold this long: rules need time until they fire again.
    private static final long RESTART_GRACE_MILLIS = 15 * 60_000;

    private static final System.Logger LOG = System.getLogger(AlertDispatcher.class.getName());

    private final NotificationPorts ports;
    private final Timetable timetable;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final Counter received;
    private final Counter dropped;

    @GuardedBy("this")
    private final Map<Labels, AlertGroup> groups = new LinkedHashMap<>();

    @GuardedBy("this")
    private NotificationPipeline pipeline;

    @GuardedBy("this")
    private int alertCount;

    @GuardedBy("this")
    private boolean isStarted;

    /// Begins with the alerts that were there before the last stop. With [AlertmanagerConfig#NONE] nothing happens
    /// until the first [#update].
    public AlertDispatcher(NotificationPorts ports, AlertmanagerConfig config, String externalUrl) {
        this.ports = ports;
        this.pipeline = new NotificationPipeline(ports, config, externalUrl);
        this.received = ports.metrics().counter("belvedere_alerts_received_total", "Alerts taken to be notified.");
        this.dropped = ports.metrics()
                .counter("belvedere_alerts_dropped_total", "Alerts not taken because a limit was reached.");
        this.timetable = new Timetable("notify-timetable", ports.time());
        restore();
        // Nobody to tell yet: what is over by now must be told once there is a configuration.
        if (!config.equals(AlertmanagerConfig.NONE)) {
            start();
        }
    }

    private synchronized void start() {
        if (!isStarted) {
            isStarted = true;
            timetable.add(new Flushes());
        }
    }

    private synchronized void restore() {
        long now = ports.time().currentMillis();
        for (Alert alert : ports.log().alerts()) {
            boolean isFiring = alert.endsAtMillis() == Alert.NOT_ENDED;
            insertLocked(isFiring ? alert.endingAt(now + RESTART_GRACE_MILLIS) : alert, now);
        }
    }

    /// Changes how alerts are grouped and sent from now on. What was sent is not sent again.
    public synchronized void update(AlertmanagerConfig config, String externalUrl) {
        pipeline = new NotificationPipeline(ports, config, externalUrl);
        List<Alert> all = groups.values().stream()
                .flatMap(group -> group.alerts.values().stream())
                .toList();
        groups.clear();
        alertCount = 0;
        long now = ports.time().currentMillis();
        all.forEach(alert -> insertLocked(alert, now));
        start();
        timetable.wake();
    }

    @Override
    public void receive(List<Alert> alerts) {
        received.add(alerts.size());
        List<NotificationEdit> edits = new ArrayList<>();
        synchronized (this) {
            long now = ports.time().currentMillis();
            for (Alert alert : alerts) {
                takeLocked(alert, now).ifPresent(kept -> edits.add(new NotificationEdit.AlertKept(kept)));
            }
            ports.log().commit(edits);
        }
        timetable.wake();
    }

    /// @return the alert as it is to be remembered, if it has begun or ended: how long it holds is not remembered
    @GuardedBy("this")
    private Optional<Alert> takeLocked(Alert alert, long now) {
        AlertGroup group = groups.get(groupLabelsLocked(alert.labels()));
        Alert known = group == null ? null : group.alerts.get(alert.labels());
        boolean isResolved = alert.isResolvedAt(now);
        if (known == null && isResolved) {
            // Nobody was told of it, or everybody was told that it is over.
            return Optional.empty();
        }
        if (known == null && alertCount >= ports.limits().maxAlerts()) {
            dropped.increment();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "alert " + alert.labels() + " is not notified: there are " + alertCount
                            + " already; raise rules.maxAlerts");
            return Optional.empty();
        }
        if (known == null || known.isResolvedAt(now)) {
            insertLocked(alert, now);
            return Optional.of(alert.endingAt(isResolved ? alert.endsAtMillis() : Alert.NOT_ENDED));
        }
        Alert merged = new Alert(
                alert.labels(),
                alert.annotations(),
                Math.min(known.startsAtMillis(), alert.startsAtMillis()),
                alert.endsAtMillis(),
                alert.generatorUrl());
        insertLocked(merged, now);
        return isResolved ? Optional.of(merged) : Optional.empty();
    }

    @GuardedBy("this")
    private Labels groupLabelsLocked(Labels labels) {
        Route route = pipeline.route();
        return route.groupsByAll() ? labels : labels.only(route.groupBy());
    }

    @GuardedBy("this")
    private void insertLocked(Alert alert, long now) {
        Route route = pipeline.route();
        Labels labels = groupLabelsLocked(alert.labels());
        AlertGroup group =
                groups.computeIfAbsent(labels, key -> new AlertGroup(route.key(), key, now + route.groupWaitMillis()));
        if (group.alerts.put(alert.labels(), alert) == null) {
            alertCount++;
        }
        // An alert that has waited elsewhere does not wait again.
        if (!group.hasFlushed && alert.startsAtMillis() + route.groupWaitMillis() < now) {
            group.dueMillis = now;
        }
    }

    private synchronized long nextDueMillis() {
        long next = Timetable.NEVER;
        for (AlertGroup group : groups.values()) {
            next = group.isFlushing ? next : Math.min(next, group.dueMillis);
        }
        return next;
    }

    /// How many groups are being notified at this moment.
    public synchronized int flushing() {
        return Math.toIntExact(
                groups.values().stream().filter(group -> group.isFlushing).count());
    }

    private synchronized void flushDue(long now) {
        for (AlertGroup group : groups.values()) {
            if (!group.isFlushing && group.dueMillis <= now) {
                group.isFlushing = true;
                group.hasFlushed = true;
                group.dueMillis = now + pipeline.route().groupIntervalMillis();
                NotificationPipeline current = pipeline;
                List<Alert> alerts = group.sorted();
                senders.execute(() -> flush(group, alerts, current, now));
            }
        }
    }

    private void flush(AlertGroup group, List<Alert> alerts, NotificationPipeline current, long now) {
        boolean isDone = false;
        try {
            isDone = current.notifyGroup(group.key(), group.labels(), alerts, now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "notifying group " + group.key() + " failed by a bug", e);
        } finally {
            finish(group, alerts, isDone, now);
        }
    }

    /// Forgets alerts that people know to be over, unless they have fired again meanwhile.
    private void finish(AlertGroup group, List<Alert> alerts, boolean isDone, long now) {
        List<NotificationEdit> edits = new ArrayList<>();
        synchronized (this) {
            group.isFlushing = false;
            if (isDone && groups.get(group.labels()) == group) {
                for (Alert alert : alerts) {
                    if (alert.isResolvedAt(now) && group.alerts.remove(alert.labels(), alert)) {
                        alertCount--;
                        edits.add(new NotificationEdit.AlertForgotten(alert.labels()));
                    }
                }
                if (group.alerts.isEmpty()) {
                    groups.remove(group.labels());
                    ports.log()
                            .sentKeys(group.key())
                            .forEach(key -> edits.add(new NotificationEdit.SentForgotten(key)));
                }
            }
            ports.log().commit(edits);
            timetable.wake();
        }
    }

    /// Attempts in hand have a moment (`shutdownGrace`), so that what a receiver has taken is remembered as told. What
    /// was not sent is sent after the next start.
    @Override
    public void close() {
        timetable.close();
        Shutdown.finish(senders, ports.limits().shutdownGrace());
    }

    /// All groups as one task: their number changes all the time.
    private final class Flushes implements Timetable.Task {

        @Override
        public long dueMillis(long nowMillis) {
            return nextDueMillis();
        }

        @Override
        public void start(long nowMillis) {
            flushDue(nowMillis);
        }
    }
}
