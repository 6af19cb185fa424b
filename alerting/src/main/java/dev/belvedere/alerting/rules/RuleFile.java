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

        /// Whether another group is written the same, whatever its parsed parts are.
        boolean isSameAs(Group other) {
            return name.equals(other.name)
                    && intervalMillis.equals(other.intervalMillis)
                    && queryOffsetMillis.equals(other.queryOffsetMillis)
                    && limit == other.limit
                    && texts().equals(other.texts());
        }

        private List<String> texts() {
            return rules.stream().map(RuleDefinition::text).toList();
        }
    }
}
