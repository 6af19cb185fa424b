package dev.belvedere.server;

import dev.belvedere.alerting.notify.AlertDispatcher;
import dev.belvedere.alerting.notify.AlertmanagerConfig;
import dev.belvedere.alerting.notify.NotificationLog;
import dev.belvedere.alerting.notify.NotificationPorts;
import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleBackfill;
import dev.belvedere.alerting.rules.RuleEngine;
import dev.belvedere.alerting.rules.RuleFile;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.alerting.rules.RulePorts;
import dev.belvedere.alerting.rules.RuleSettings;
import dev.belvedere.api.own.OwnRulesFace;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.QuerySource;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.config.GlobalConfig;
import dev.belvedere.server.config.RulesConfig;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.data.Stores;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Rules and notifications, from one configuration to the next.
final class Alerting implements AutoCloseable, OwnRulesFace.Backfill {

    /// Short enough for a request, and for whoever looks at its progress.
    private static final long BACKFILL_SLICE_NANOS = 2_000_000_000L;

    private final Disk disk;
    private final PromqlRules language;
    private final NotificationLog notificationLog;
    private final AlertDispatcher dispatcher;
    private final RulePorts ports;
    private final RuleEngine rules;
    private final Semaphore backfills = new Semaphore(1);
    private volatile RuleSettings settings = RuleSettings.DEFAULT;

    Alerting(
            Stores stores,
            MetricUsage usage,
            Queries queries,
            RulesConfig config,
            TimeSource time,
            HttpTransport transport,
            Disk disk,
            MetricRegistry registry) {
        this.disk = disk;
        this.language = PromqlRules.over(
                queries.ruleEngine(), usage.counted(stores.metrics(), QuerySource.RULE), Tenant.DEFAULT);
        this.notificationLog = new NotificationLog(disk, stores.stateDirectory().resolve("notifications"));
        this.dispatcher = new AlertDispatcher(
                new NotificationPorts(
                        notificationLog,
                        transport,
                        disk,
                        time,
                        registry,
                        NotificationPorts.Limits.DEFAULT.withMaxAlerts(config.maxAlerts())),
                AlertmanagerConfig.NONE,
                "");
        this.ports =
                new RulePorts(stores.metrics(), Tenant.DEFAULT, language, queries.memory(), dispatcher, time, registry);
        this.rules = new RuleEngine(ports, config.concurrency());
    }

    /// Reads the rule files that a configuration names.
    ///
    /// @throws dev.belvedere.platform.yaml.ConfigException at the first thing that is wrong
    RuleFiles.Outcome read(ServerConfig config) {
        return new RuleFiles(Map.of("promql", language))
                .read(disk, config.ruleFiles(disk))
                .orThrow();
    }

    /// @param read what [#read] gave for the same configuration
    void apply(ServerConfig config, RuleFiles.Outcome read, String externalUrl) {
        dispatcher.update(config.alertmanager(), externalUrl);
        GlobalConfig global = config.prometheus().global();
        RuleSettings defaults = RuleSettings.DEFAULT;
        settings = new RuleSettings(
                global.evaluationIntervalMillis(),
                global.ruleQueryOffsetMillis(),
                global.externalLabels(),
                externalUrl,
                defaults.resendDelayMillis(),
                defaults.forGracePeriodMillis(),
                defaults.outageToleranceMillis(),
                config.query().limits());
        rules.update(read.files(), settings);
    }

    /// Evaluates recording rules over a slice of the past.
    ///
    /// @throws OperationException `overloaded` while another does the same
    @Override
    public RuleBackfill.Progress run(Slice slice) {
        RuleFile file = new RuleFiles(Map.of("promql", language))
                .parse(slice.file(), slice.text())
                .orThrow()
                .files()
                .getFirst();
        RuleFile.Group group = file.groups().stream()
                .filter(each -> each.name().equals(slice.group()))
                .findFirst()
                .orElseThrow(() -> new OperationException(
                        "not_found", Fault.USER, "no group \"" + slice.group() + "\" in " + slice.file()));
        if (!backfills.tryAcquire()) {
            throw new OperationException(
                    "overloaded", Fault.OVERLOAD, "another backfill of rules is at work: try again when it is done");
        }
        try {
            RuleSettings now = settings;
            return new RuleBackfill(ports, slice.intervalMillis() > 0 ? now.withInterval(slice.intervalMillis()) : now)
                    .run(
                            new RuleBackfill.Request(
                                    slice.file(), group, slice.startMillis(), slice.endMillis(), slice.isContinued()),
                            BACKFILL_SLICE_NANOS);
        } finally {
            backfills.release();
        }
    }

    RuleEngine rules() {
        return rules;
    }

    @Override
    public void close() {
        rules.close();
        dispatcher.close();
        notificationLog.close();
    }
}
