package dev.belvedere.server;

import dev.belvedere.alerting.notify.AlertDispatcher;
import dev.belvedere.alerting.notify.AlertmanagerConfig;
import dev.belvedere.alerting.notify.NotificationLog;
import dev.belvedere.alerting.notify.NotificationPorts;
import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleEngine;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.alerting.rules.RulePorts;
import dev.belvedere.alerting.rules.RuleSettings;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.QuerySource;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.scrape.config.GlobalConfig;
import dev.belvedere.server.config.RulesConfig;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.data.Stores;
import java.util.Map;

/// Rules and notifications, from one configuration to the next.
final class Alerting implements AutoCloseable {

    private final Disk disk;
    private final PromqlRules language;
    private final NotificationLog notificationLog;
    private final AlertDispatcher dispatcher;
    private final RuleEngine rules;

    Alerting(
            Stores stores,
            MetricUsage usage,
            PromqlEngine engine,
            RulesConfig config,
            TimeSource time,
            HttpTransport transport,
            Disk disk,
            MetricRegistry registry) {
        this.disk = disk;
        this.language = PromqlRules.over(engine, usage.counted(stores.metrics(), QuerySource.RULE), Tenant.DEFAULT);
        this.notificationLog = new NotificationLog(disk, stores.stateDirectory().resolve("notifications"));
        this.dispatcher = new AlertDispatcher(
                new NotificationPorts(
                        notificationLog,
                        transport,
                        disk,
                        time,
                        registry,
                        new NotificationPorts.Limits(config.maxAlerts())),
                AlertmanagerConfig.NONE,
                "");
        this.rules = new RuleEngine(
                new RulePorts(stores.metrics(), Tenant.DEFAULT, language, dispatcher, time, registry),
                config.concurrency());
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
        rules.update(
                read.files(),
                new RuleSettings(
                        global.evaluationIntervalMillis(),
                        global.ruleQueryOffsetMillis(),
                        global.externalLabels(),
                        externalUrl,
                        defaults.resendDelayMillis(),
                        defaults.forGracePeriodMillis(),
                        defaults.outageToleranceMillis(),
                        config.query().limits()));
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
