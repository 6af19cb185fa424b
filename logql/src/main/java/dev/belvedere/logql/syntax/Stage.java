package dev.belvedere.logql.syntax;

import java.util.List;
import java.util.Map;

/// One step of a log pipeline, in the order in which a line goes through them.
public sealed interface Stage {

    /// `|= "a" or "b"`: keeps lines by their text.
    ///
    /// @param anyOf alternatives; a negative filter drops a line that has any of them
    record LineFilter(TextMatch match, List<String> anyOf) implements Stage {
        public LineFilter {
            anyOf = List.copyOf(anyOf);
        }
    }

    enum TextMatch {
        CONTAINS,
        NOT_CONTAINS,
        REGEX,
        NOT_REGEX;

        public boolean isNegative() {
            return this == NOT_CONTAINS || this == NOT_REGEX;
        }

        public boolean isRegex() {
            return this == REGEX || this == NOT_REGEX;
        }
    }

    /// `| json` and `| json a="b.c[0]"`.
    ///
    /// @param paths label to path; empty to take every field
    record Json(Map<String, String> paths) implements Stage {
        public Json {
            paths = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(paths));
        }
    }

    /// `| logfmt`, with `--strict`, `--keep-empty` and named fields.
    record Logfmt(boolean isStrict, boolean keepsEmpty, Map<String, String> fields) implements Stage {
        public Logfmt {
            fields = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(fields));
        }
    }

    /// `| regexp "(?P<name>...)"`: named groups become labels.
    record Regexp(String expression) implements Stage {}

    /// `| pattern "<ip> - <_> <method>"`: captures become labels.
    record Pattern(String expression) implements Stage {}

    /// `| unpack`: undoes what an agent's `pack` stage did.
    record Unpack() implements Stage {}

    /// `| status >= 500 and method="GET"`.
    record LabelFilter(LabelPredicate predicate) implements Stage {}

    /// `| drop a, b="c"`: takes labels away, where a matcher is given only if it matches.
    record Drop(List<Selected> labels) implements Stage {
        public Drop {
            labels = List.copyOf(labels);
        }
    }

    /// `| keep a, b="c"`: the opposite of [Drop].
    record Keep(List<Selected> labels) implements Stage {
        public Keep {
            labels = List.copyOf(labels);
        }
    }

    /// A label by name, and what its value must be like; [AnchoredRegex#ANY] for any.
    record Selected(String name, LabelPredicate predicate) {}

    /// `| decolorize`: takes ANSI colours out of the line.
    record Decolorize() implements Stage {}

    /// `| label_format a=b, c="text"`: renames and sets labels.
    record LabelFormat(List<Assignment> assignments) implements Stage {
        public LabelFormat {
            assignments = List.copyOf(assignments);
        }
    }

    /// @param isRename whether `value` names the label to rename
    record Assignment(String target, boolean isRename, Template value) {}

    /// `| line_format "{{.method}} {{.path}}"`: replaces the line.
    record LineFormat(Template template) implements Stage {}
}
