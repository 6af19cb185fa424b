package dev.belvedere.alerting.rules;

import java.util.List;
import java.util.OptionalLong;

/// The groups of one file.
public record RuleFile(String path, List<Group> groups) {

    public RuleFile {
        groups = List.copyOf(groups);
    }

    /// Rules that are evaluated one after the other, at the same moment.
    ///
    /// @param intervalMillis absent for the global evaluation interval
    /// @param queryOffsetMillis absent for the global offset; results and queries lie that far in the past
    /// @param limit how many series or alerts a rule may have; 0 for any number
    public record Group(
            String name,
            OptionalLong intervalMillis,
            OptionalLong queryOffsetMillis,
            int limit,
            List<RuleDefinition> rules) {

        public Group {
            rules = List.copyOf(rules);
        }
    }

    public int ruleCount() {
        return groups.stream().mapToInt(group -> group.rules().size()).sum();
    }
}
