package dev.belvedere.logql.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.belvedere.model.labels.AnchoredRegex;
import java.util.Map;

/// `| regexp "..."`: named groups of the first match become labels.
final class RegexpStep implements Pipeline.Step {

    private final Pattern pattern;
    private final Map<String, Integer> groups;

    RegexpStep(String expression) {
        pattern = AnchoredRegex.compile(expression).pattern();
        groups = pattern.namedGroups();
    }

    @Override
    public boolean apply(Line line) {
        Matcher matcher = pattern.matcher(line.text());
        if (matcher.find()) {
            groups.forEach((name, group) -> {
                String value = matcher.group(group);
                if (value != null) {
                    String label = line.labels().isStreamLabel(name) ? name + "_extracted" : name;
                    line.labels().set(label, value, LineLabels.Origin.PARSED);
                }
            });
        }
        return true;
    }
}
