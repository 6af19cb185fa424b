package dev.belvedere.platform.yaml;

import dev.belvedere.model.Secret;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/// A YAML mapping that remembers which of its keys were asked for, so that [#rejectUnknown] can name the others.
///
/// An accessor with a default answers it for a key that is absent or null. Used by one thread.
public final class YamlMap {

    private final YamlNode owner;
    private final Map<String, YamlNode> values;
    private final Map<String, YamlNode> keys;
    private final Set<String> known = new HashSet<>();

    private YamlMap(YamlNode owner, Map<String, YamlNode> values, Map<String, YamlNode> keys) {
        this.owner = owner;
        this.values = values;
        this.keys = keys;
    }

    static YamlMap of(YamlNode owner, MappingNode mapping) {
        Map<String, YamlNode> values = new LinkedHashMap<>();
        Map<String, YamlNode> keys = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = owner.child(tuple.getKeyNode());
            if (values.put(key.string(), owner.child(tuple.getValueNode())) != null) {
                throw key.error("key \"" + key.string() + "\" is given twice");
            }
            keys.put(key.string(), key);
        }
        return new YamlMap(owner, values, keys);
    }

    /// The mapping as a value, for errors about the whole of it.
    public YamlNode node() {
        return owner;
    }

    /// A value that is there and not null.
    public Optional<YamlNode> get(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
    }

    public YamlNode require(String key) {
        return get(key).orElseThrow(() -> owner.error("\"" + key + "\" is missing"));
    }

    /// Whether the key is written, even without a value.
    public boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    public <T> T get(String key, Function<YamlNode, T> reader, T whenAbsent) {
        return get(key).map(reader).orElse(whenAbsent);
    }

    public String string(String key, String whenAbsent) {
        return get(key, YamlNode::string, whenAbsent);
    }

    public Secret secret(String key) {
        return get(key, YamlNode::secret, Secret.NONE);
    }

    public boolean bool(String key, boolean whenAbsent) {
        return get(key, YamlNode::bool, whenAbsent);
    }

    public long integer(String key, long whenAbsent) {
        return get(key, YamlNode::integer, whenAbsent);
    }

    public double number(String key, double whenAbsent) {
        return get(key, YamlNode::number, whenAbsent);
    }

    public long durationMillis(String key, long whenAbsent) {
        return get(key, YamlNode::durationMillis, whenAbsent);
    }

    public long byteSize(String key, long whenAbsent) {
        return get(key, YamlNode::byteSize, whenAbsent);
    }

    /// Empty where the key is absent.
    public List<YamlNode> list(String key) {
        return get(key, YamlNode::list, List.of());
    }

    /// Empty where the key is absent.
    public List<String> strings(String key) {
        return list(key).stream().map(YamlNode::string).toList();
    }

    /// A mapping of strings, in order; empty where the key is absent.
    public Map<String, String> stringMap(String key) {
        Map<String, String> result = new LinkedHashMap<>();
        get(key).ifPresent(value -> value.map().forEach((name, node) -> result.put(name, node.string())));
        return result;
    }

    /// Goes through all pairs in order and counts every key as known.
    public void forEach(BiConsumer<String, YamlNode> action) {
        known.addAll(values.keySet());
        values.forEach(action);
    }

    /// The key itself, for errors about it.
    public YamlNode key(String key) {
        YamlNode node = keys.get(key);
        return node == null ? owner : node;
    }

    /// @throws ConfigException at the first key that nobody asked for
    public void rejectUnknown() {
        for (Map.Entry<String, YamlNode> key : keys.entrySet()) {
            if (!known.contains(key.getKey())) {
                throw key.getValue().error("unknown key \"" + key.getKey() + "\"");
            }
        }
    }
}
