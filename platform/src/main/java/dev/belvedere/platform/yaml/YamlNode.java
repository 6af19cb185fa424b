package dev.belvedere.platform.yaml;

import dev.belvedere.model.ByteSizes;
import dev.belvedere.model.Durations;
import dev.belvedere.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A value of a YAML document that knows where it stands, so that whoever finds it wrong can say so.
///
/// Every accessor checks the kind of the value and throws a [ConfigException] with its position. Aliases and depth
/// are limited, so that a small file cannot become a large tree.
public final class YamlNode {

    private static final int MAX_ALIASES = 200;
    private static final int MAX_DOCUMENT_BYTES = 16 << 20;
    private static final Set<String> NULLS = Set.of("~", "null", "Null", "NULL");

    private final String file;
    private final Node node;

    private YamlNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /// The first document of a file; empty where the file has none.
    ///
    /// @param file its name, for messages
    public static Optional<YamlNode> parse(String file, String text) {
        return parseAll(file, text).stream().findFirst();
    }

    /// All documents of a file.
    public static List<YamlNode> parseAll(String file, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_DOCUMENT_BYTES)
                .setAllowDuplicateKeys(false)
                .build();
        List<YamlNode> documents = new ArrayList<>();
        try {
            for (Node document : new Compose(settings).composeAllFromString(text)) {
                documents.add(new YamlNode(file, document));
            }
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            throw new ConfigException(
                    file,
                    mark == null ? 0 : mark.getLine() + 1,
                    mark == null ? 0 : mark.getColumn() + 1,
                    String.valueOf(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new ConfigException(file, 0, 0, String.valueOf(e.getMessage()));
        }
        return documents;
    }

    /// The same document with one value replaced or added; mappings on the way are made where they are missing.
    ///
    /// @param dottedKey keys from the root, joined by dots
    /// @param value as YAML
    /// @param origin what errors about the value name instead of a file: `--set server.listen`
    /// @throws ConfigException if something on the way is not a mapping, or the value is not YAML
    public YamlNode with(String dottedKey, String value, String origin) {
        YamlNode parsed =
                parse(origin, value).orElseGet(() -> parse(origin, "\"\"").orElseThrow());
        return new YamlNode(file, replaced(this, List.of(dottedKey.split("\\.")), parsed.node, origin));
    }

    private static Node replaced(YamlNode at, List<String> keys, Node value, String origin) {
        if (keys.isEmpty()) {
            return value;
        }
        if (!at.isMap() && !at.isNull()) {
            throw new ConfigException(origin, 0, 0, "there is no mapping for \"" + keys.getFirst() + "\" to be in");
        }
        List<NodeTuple> tuples = new ArrayList<>();
        Node child = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
        Node key = new ScalarNode(Tag.STR, keys.getFirst(), ScalarStyle.PLAIN);
        if (at.node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode scalar
                        && scalar.getValue().equals(keys.getFirst())) {
                    child = tuple.getValueNode();
                    key = scalar;
                } else {
                    tuples.add(tuple);
                }
            }
        }
        tuples.add(new NodeTuple(key, replaced(at.child(child), keys.subList(1, keys.size()), value, origin)));
        return new MappingNode(Tag.MAP, true, tuples, FlowStyle.BLOCK, at.node.getStartMark(), at.node.getEndMark());
    }

    /// The file, or whatever else this value came from.
    public String file() {
        return node.getStartMark().map(Mark::getName).orElse(file);
    }

    /// From 1.
    public int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /// From 1.
    public int column() {
        return node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
    }

    /// An error at this value; to be thrown.
    public ConfigException error(String problem) {
        return new ConfigException(file(), line(), column(), problem);
    }

    /// Whether nothing is there, or one of YAML 1.1's words for it.
    public boolean isNull() {
        return node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.NULL) || scalar.isPlain() && NULLS.contains(scalar.getValue()));
    }

    public boolean isMap() {
        return node instanceof MappingNode;
    }

    public boolean isList() {
        return node instanceof SequenceNode;
    }

    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    public YamlMap map() {
        if (node instanceof MappingNode mapping) {
            return YamlMap.of(this, mapping);
        }
        throw error("expected a mapping, found " + kind());
    }

    public List<YamlNode> list() {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(this::child).toList();
        }
        throw error("expected a list, found " + kind());
    }

    YamlNode child(Node childNode) {
        return new YamlNode(file, childNode);
    }

    /// The scalar as it is written: also numbers and booleans, as YAML readers with typed targets take them.
    public String string() {
        if (node instanceof ScalarNode scalar) {
            if (scalar.getTag().equals(Tag.BINARY)) {
                throw error("expected text, found binary data");
            }
            return isNull() ? "" : scalar.getValue();
        }
        throw error("expected a string, found " + kind());
    }

    public Secret secret() {
        return new Secret(string());
    }

    /// `true`, `false` and YAML 1.1's `yes`, `no`, `on`, `off`.
    public boolean bool() {
        return switch (string().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw error("expected true or false, found \"" + string() + "\"");
        };
    }

    /// Also as `0x1F` or `1_000`.
    public long integer() {
        try {
            String digits = string().replace("_", "");
            return digits.startsWith("0x") ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw error("expected an integer, found \"" + string() + "\"");
        }
    }

    public double number() {
        try {
            return Double.parseDouble(string());
        } catch (NumberFormatException e) {
            throw error("expected a number, found \"" + string() + "\"");
        }
    }

    public long durationMillis() {
        try {
            return Durations.parseMillis(string());
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    public long byteSize() {
        try {
            return ByteSizes.parse(string());
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private String kind() {
        return switch (node) {
            case MappingNode m -> "a mapping";
            case SequenceNode s -> "a list";
            default -> isNull() ? "nothing" : "\"" + string() + "\"";
        };
    }

    @Override
    public String toString() {
        return file() + ":" + line() + ":" + column() + " " + kind();
    }
}
