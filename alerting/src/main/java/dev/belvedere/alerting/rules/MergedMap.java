package dev.belvedere.alerting.rules;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A mapping together with those it merges by YAML 1.1's `<<`; its own keys win.
final class MergedMap {

    private static final String MERGE = "<<";
    private static final int MAX_DEPTH = 10;

    private final List<YamlMap> layers = new ArrayList<>();

    MergedMap(YamlNode node) {
        add(node, 0);
    }

    private void add(YamlNode node, int depth) {
        if (depth > MAX_DEPTH) {
            throw node.error("merges more than " + MAX_DEPTH + " deep");
        }
        YamlMap map = node.map();
        layers.add(map);
        Optional<YamlNode> merged = map.get(MERGE);
        if (merged.isPresent()) {
            YamlNode value = merged.get();
            for (YamlNode source : value.isList() ? value.list() : List.of(value)) {
                add(source, depth + 1);
            }
        }
    }

    Optional<YamlNode> get(String key) {
        Optional<YamlNode> found = Optional.empty();
        for (YamlMap layer : layers) {
            // All are asked, so that a merged key that is replaced counts as known.
            Optional<YamlNode> value = layer.get(key);
            found = found.isPresent() ? found : value;
        }
        return found;
    }

    String string(String key) {
        return get(key).map(YamlNode::string).orElse("");
    }

    YamlNode node() {
        return layers.getFirst().node();
    }

    /// Values by name, in order.
    Map<String, YamlNode> nodes(String key) {
        Map<String, YamlNode> result = new LinkedHashMap<>();
        get(key).ifPresent(value -> {
            MergedMap map = new MergedMap(value);
            for (YamlMap layer : map.layers) {
                layer.forEach((name, node) -> {
                    if (!name.equals(MERGE)) {
                        result.putIfAbsent(name, node);
                    }
                });
            }
        });
        return result;
    }

    /// @throws dev.belvedere.platform.yaml.ConfigException at the first key that nobody asked for
    void rejectUnknown() {
        layers.forEach(YamlMap::rejectUnknown);
    }
}
