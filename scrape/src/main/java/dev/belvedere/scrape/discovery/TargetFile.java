package dev.belvedere.scrape.discovery;

import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A file of target groups, JSON by its name or else YAML.
public final class TargetFile {

    /// Larger ones are refused.
    public static final int MAX_BYTES = 64 << 20;

    private TargetFile() {}

    /// @throws IOException if it is no such JSON
    /// @throws dev.belvedere.platform.yaml.ConfigException if it is no such YAML
    public static List<TargetGroup> parse(Path file, byte[] bytes) throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return JsonTargetGroups.read(bytes, file.toString());
        }
        Optional<YamlNode> document = YamlNode.parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
        List<TargetGroup> groups = new ArrayList<>();
        if (document.isPresent() && !document.get().isNull()) {
            for (YamlNode node : document.get().list()) {
                groups.add(TargetGroup.read(node, file + ":" + groups.size()));
            }
        }
        return groups;
    }
}
