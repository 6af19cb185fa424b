package dev.belvedere.alerting.rules;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.alerting.schedule.Shutdown;
import dev.belvedere.alerting.schedule.Timetable;
import dev.belvedere.platform.time.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// Evaluates rule groups on time, each at its own moments.
///
/// Evaluations run on threads of their own, so that no load of queries or writes keeps them waiting; how many run
/// at once is bounded. A group that is still being evaluated when it is due again is left out and counted.
public final class RuleEngine implements AutoCloseable {

    private final RulePorts ports;
    private final TimeSource time;
    private final Timetable timetable;
    private final ExecutorService evaluators;

    /// By key; in the order of files and groups.
    @GuardedBy("this")
    private Map<String, Schedule> schedules = new LinkedHashMap<>();

    /// Only the first rules after a start look for what was before.
    @GuardedBy("this")
    private boolean isFirstUpdate = true;

    /// @param concurrency groups evaluated at once (`rules.concurrency`)
    public RuleEngine(RulePorts ports, int concurrency) {
        this.ports = ports;
        this.time = ports.time();
        ThreadFactory threads = Thread.ofPlatform().name("rules-", 0).daemon().factory();
        this.evaluators = Executors.newFixedThreadPool(concurrency, threads);
        this.timetable = new Timetable("rules-timetable", time);
    }

    /// Replaces all rules. Groups that did not change go on undisturbed; of the others, rules that stay keep their
    /// alerts.
    public synchronized void update(List<RuleFile> files, RuleSettings settings) {
        Map<String, Schedule> former = new HashMap<>(schedules);
        Map<String, Schedule> next = new LinkedHashMap<>();
        List<Schedule> started = new ArrayList<>();
        for (RuleFile file : files) {
            for (RuleFile.Group definition : file.groups()) {
                String key = RuleGroup.key(file.path(), definition.name());
                Schedule known = former.remove(key);
                if (known != null && known.group.isSameAs(file.path(), definition, settings)) {
                    next.put(key, known);
                    continue;
                }
                RuleGroup group = new RuleGroup(file.path(), definition, ports, settings, isFirstUpdate);
                if (known != null) {
                    known.stop();
                    group.adopt(known.group.legacy());
                }
                Schedule schedule = new Schedule(group);
                next.put(key, schedule);
                started.add(schedule);
            }
        }
        former.values().forEach(gone -> {
            gone.stop();
            timetable.add(new Retirement(gone.group));
        });
        isFirstUpdate = false;
        schedules = next;
        started.forEach(timetable::add);
    }

    /// All groups by file and name.
    public List<RuleGroupSnapshot> groups() {
        return currentGroups().stream()
                .sorted(Comparator.comparing(RuleGroup::file).thenComparing(RuleGroup::name))
                .map(RuleGroup::snapshot)
                .toList();
    }

    /// How many groups are being evaluated at this moment.
    public synchronized int evaluating() {
        return Math.toIntExact(schedules.values().stream()
                .filter(schedule -> schedule.isRunning)
                .count());
    }

    private synchronized List<RuleGroup> currentGroups() {
        return schedules.values().stream().map(schedule -> schedule.group).toList();
    }

    /// Pending and firing alerts, those of the worst rules first.
    public List<AlertSnapshot> alerts() {
        return groups().stream()
                .flatMap(group -> group.rules().stream())
                .filter(rule -> rule.definition() instanceof RuleDefinition.Alerting)
                .sorted(Comparator.comparing(RuleSnapshot::state)
                        .reversed()
                        .thenComparing(rule -> rule.definition().name()))
                .flatMap(rule -> rule.alerts().stream())
                .toList();
    }

    /// Starts nothing any more, and breaks evaluations in hand off. Nothing is written after it returns.
    @Override
    public void close() {
        timetable.close();
        synchronized (this) {
            schedules.values().forEach(Schedule::stop);
        }
        evaluators.shutdown();
        Shutdown.await(evaluators);
    }

    /// When a group is due. The moments are those of the wall clock, also when someone sets it.
    private final class Schedule implements Timetable.Task {

        private final RuleGroup group;

        /// The moment of the last evaluation, or of the one that would have been before the first.
        private volatile long slotMillis;

        private volatile boolean isRunning;
        private int evaluations;

        Schedule(RuleGroup group) {
            this.group = group;
            this.slotMillis = group.slotBefore(time.currentMillis());
        }

        void stop() {
            timetable.remove(this);
            group.stop();
        }

        @Override
        public long dueMillis(long nowMillis) {
            if (isRunning) {
                return Timetable.NEVER;
            }
            if (slotMillis > nowMillis + group.intervalMillis()) {
                slotMillis = group.slotBefore(nowMillis);
            }
            return slotMillis + group.intervalMillis();
        }

        @Override
        public void start(long nowMillis) {
            long passed = Math.max(1, Math.floorDiv(nowMillis - slotMillis, group.intervalMillis()));
            group.metrics().missed().add(passed - 1);
            slotMillis += passed * group.intervalMillis();
            isRunning = true;
            evaluators.execute(this::run);
        }

        private void run() {
            try {
                group.evaluate(slotMillis);
                // During the first evaluation there may not be enough data yet to tell which alerts are active.
                if (++evaluations == 2 && group.needsRestore()) {
                    group.restore(time.currentMillis());
                }
            } finally {
                isRunning = false;
                timetable.wake();
            }
        }
    }

    /// Ends the series of a group that is gone, later: a group of another name may have taken them over.
    private final class Retirement implements Timetable.Task {

        private final RuleGroup group;
        private final long atMillis;

        Retirement(RuleGroup group) {
            this.group = group;
            this.atMillis = time.currentMillis() + 2 * group.intervalMillis();
        }

        @Override
        public long dueMillis(long nowMillis) {
            return atMillis;
        }

        @Override
        public void start(long nowMillis) {
            timetable.remove(this);
            evaluators.execute(() -> group.retire(nowMillis));
        }
    }
}
