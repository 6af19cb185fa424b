package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Files with credentials and certificates that a configuration names. They are read when they are used, by us as by
/// Prometheus, so that a server starts without them; a check says which are missing.
public final class NamedFiles {

    /// A file that is not there.
    ///
    /// @param problem with the place where it is named
    /// @param isRefused whether promtool refuses it: credentials and client certificates of scrape jobs
    public record Missing(ConfigException problem, boolean isRefused) {}

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
    private final Path directory;
    private final List<Missing> missing = new ArrayList<>();

    private NamedFiles(ServerConfig.Origin origin) {
        this.origin = origin;
        this.directory = ServerConfig.directory(origin);
    }

    /// In the order in which they are named.
    public static List<Missing> missing(ServerConfig.Origin origin) {
        NamedFiles files = new NamedFiles(origin);
        files.visit("", "", ServerConfig.document(origin));
        return files.missing;
    }

    /// @param at the keys above and that of the node, lists left out
    private void visit(String at, String key, YamlNode node) {
        if (node.isMap()) {
            node.map().forEach((name, value) -> visit(at + "/" + name, name, value));
        } else if (node.isList()) {
            node.list().forEach(each -> visit(at, key, each));
        } else if (KEYS.contains(key)) {
            note(at, key, node);
        }
    }

    private void note(String at, String key, YamlNode node) {
        Optional<Path> file =
                Optional.of(node.string()).filter(name -> !name.isEmpty()).map(directory::resolve);
        if (file.isPresent() && !origin.disk().exists(file.get())) {
            String problem = key + " \"" + node.string() + "\" does not exist";
            missing.add(new Missing(node.error(problem), REFUSED.contains(at)));
        }
    }
}
