package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.TargetCheck;
import dev.belvedere.scrape.config.AlertingConfig;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.TargetGroup;
import dev.belvedere.scrape.discovery.TargetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is wrong with a configuration that a server would start with: files with credentials, certificates and targets
/// that are not there, since they are read when they are used, and addresses that no relabelling makes usable.
public final class ConfigCheck {

    /// Something that is wrong.
    ///
    /// @param problem with its place
    /// @param isRefused whether promtool refuses it: of missing files, a scrape job's credentials and certificates
    public record Finding(ConfigException problem, boolean isRefused) {}

    private interface AddressCheck {
        Optional<String> problem(String address, TargetGroup group);
    }

    private static final Set<String> KEYS = Set.of(
            "bearer_token_file",
            "ca_file",
            "cert_file",
            "client_secret_file",
            "credentials_file",
            "key_file",
            "password_file",
            "username_file");

    private static final Set<String> REFUSED = Set.of(
            "/scrape_configs/authorization/credentials_file",
            "/scrape_configs/bearer_token_file",
            "/scrape_configs/tls_config/cert_file",
            "/scrape_configs/tls_config/key_file");

    private final ServerConfig.Origin origin;
    private final Map<String, ScrapeConfig> jobs = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private ConfigCheck(ServerConfig.Origin origin, ServerConfig config) {
        this.origin = origin;
        config.prometheus().scrapeConfigs().forEach(job -> jobs.put(job.jobName(), job));
    }

    /// In the order of the file, then of those that `scrape_config_files` names.
    ///
    /// @param config as it was loaded from there
    public static List<Finding> run(ServerConfig.Origin origin, ServerConfig config) {
        ConfigCheck check = new ConfigCheck(origin, config);
        YamlNode document = ServerConfig.document(origin);
        Path directory = ServerConfig.directory(origin);
        check.file(document, directory);
        check.alertmanagers(document.map(), config.prometheus().alerting(), directory);
        for (YamlNode node : document.map().list("scrape_config_files")) {
            for (Path file : check.files(node, directory)) {
                Path beside = file.getParent();
                ServerConfig.parse(file, origin.disk())
                        .filter(found -> !found.isNull())
                        .ifPresent(found -> check.file(found, beside == null ? directory : beside));
            }
        }
        return check.findings;
    }

    private void file(YamlNode document, Path directory) {
        secrets("", "", document, directory);
        for (YamlNode node : document.map().list("scrape_configs")) {
            ScrapeConfig job = jobs.get(node.map().string("job_name", ""));
            if (job != null) {
                targets(node.map(), directory, (address, group) -> TargetCheck.scraped(address, group, job));
            }
        }
    }

    /// @param at the keys above and that of the node, lists left out
    private void secrets(String at, String key, YamlNode node, Path directory) {
        if (node.isMap()) {
            node.map().forEach((name, value) -> secrets(at + "/" + name, name, value, directory));
        } else if (node.isList()) {
            node.list().forEach(each -> secrets(at, key, each, directory));
        } else if (KEYS.contains(key)
                && !node.string().isEmpty()
                && !origin.disk().exists(directory.resolve(node.string()))) {
            String problem = key + " \"" + node.string() + "\" does not exist; it is read when it is used";
            findings.add(new Finding(node.error(problem), REFUSED.contains(at)));
        }
    }

    private void alertmanagers(YamlMap map, AlertingConfig config, Path directory) {
        List<YamlNode> sections = map.get("alerting")
                .map(node -> node.map().list("alertmanagers"))
                .orElse(List.of());
        for (int i = 0; i < sections.size(); i++) {
            AlertingConfig.Alertmanagers section = config.alertmanagers().get(i);
            targets(sections.get(i).map(), directory, (address, group) -> TargetCheck.alerted(address, group, section));
        }
    }

    /// Targets that a section names, and those in the files that it names.
    private void targets(YamlMap section, Path directory, AddressCheck check) {
        for (YamlNode node : section.list("static_configs")) {
            TargetGroup group = TargetGroup.read(node, "");
            for (YamlNode address : node.map().list("targets")) {
                check.problem(address.string(), group)
                        .ifPresent(problem -> findings.add(new Finding(address.error(problem), true)));
            }
        }
        for (YamlNode discovery : section.list("file_sd_configs")) {
            for (YamlNode node : discovery.map().list("files")) {
                List<Path> files = files(node, directory);
                files.forEach(file -> targetFile(file, node, check));
                if (files.isEmpty()) {
                    String problem =
                            "\"" + node.string() + "\" does not exist; its targets are found as soon as it does";
                    findings.add(new Finding(node.error(problem), false));
                }
            }
        }
    }

    private void targetFile(Path file, YamlNode node, AddressCheck check) {
        try {
            for (TargetGroup group : TargetFile.parse(file, origin.disk().readAll(file, TargetFile.MAX_BYTES))) {
                for (String address : group.addresses()) {
                    check.problem(address, group)
                            .ifPresent(problem -> findings.add(new Finding(node.error(file + ": " + problem), true)));
                }
            }
        } catch (ConfigException e) {
            findings.add(new Finding(e, true));
        } catch (IOException e) {
            findings.add(new Finding(node.error(file + " cannot be read: " + e.getMessage()), true));
        }
    }

    /// Those that are there.
    private List<Path> files(YamlNode pattern, Path directory) {
        try {
            return FilePattern.read(pattern, directory).files(origin.disk()).stream()
                    .filter(origin.disk()::exists)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
