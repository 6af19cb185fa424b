package dev.belvedere.scrape.config;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Addresses that share labels: an entry of `static_configs`, of a discovery file or of a discovery answer.
///
/// @param source where the group comes from; with its discovery, names it
public record TargetGroup(String source, List<String> addresses, Labels labels) {

    public TargetGroup {
        addresses = List.copyOf(addresses);
    }

    /// Reads a group of addresses that no relabelling changes, so that each must be one to scrape.
    static TargetGroup readScraped(YamlNode node, String source) {
        TargetGroup group = read(node, source);
        for (YamlNode address : node.map().list("targets")) {
            if (address.string().contains("/")) {
                throw address.error("\"" + address.string() + "\" is not a host and port: leave out scheme and path");
            }
        }
        return group;
    }

    /// Reads a group whose addresses may become others by relabelling.
    public static TargetGroup read(YamlNode node, String source) {
        if (node.isNull()) {
            throw node.error("empty or null target group");
        }
        YamlMap map = node.map();
        List<String> addresses = new ArrayList<>();
        for (YamlNode address : map.list("targets")) {
            addresses.add(address.string());
        }
        Map<String, String> labels = map.stringMap("labels");
        for (String name : labels.keySet()) {
            if (name.isEmpty()) {
                throw map.key("labels").error("a label has an empty name");
            }
        }
        map.rejectUnknown();
        return new TargetGroup(source, addresses, Labels.of(labels));
    }
}
