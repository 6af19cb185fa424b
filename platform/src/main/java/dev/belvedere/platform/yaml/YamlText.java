package dev.belvedere.platform.yaml;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Writes YAML in block style.
public final class YamlText {

    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            .build();

    private YamlText() {}

    /// @param mapping of texts, numbers, booleans, lists and mappings, in order
    public static String of(Map<String, ?> mapping) {
        return new Dump(SETTINGS).dumpToString(mapping);
    }
}
