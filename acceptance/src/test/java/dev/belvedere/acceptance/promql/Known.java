package dev.belvedere.acceptance.promql;

import dev.belvedere.promql.syntax.Function;
import java.util.regex.Pattern;

/// What [KnownDifference] looks for in queries and answers, and up to which version.
final class Known {
    /// Not put right yet.
    static final int ALL = Integer.MAX_VALUE;

    static final int LAST_INFO_AT_ANOTHER_MOMENT = 314;
    static final int LAST_GOING_ON = 312;
    static final int LAST_INFO_OF_INFO = 309;
    static final int LAST_INFORMING_BY_PLACE = 307;
    static final int LAST_WITH_BUCKETS_OF_SUMMARIES = 311;

    /// Parentheses with others in them and in these.
    static final String IN_PARENTHESES = "\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\)";

    static final Pattern GOING_ON =
            Pattern.compile("(?i)offset\\s*[-+]\\s*" + IN_PARENTHESES + "\\s*([-+*/%^=!<>]|and|or|unless|atan2|\\{)");

    /// An aggregation or its labels that end too early.
    static final Pattern CUT_SHORT =
            Pattern.compile(".* parse error: unexpected \"\\)\" in (grouping opts, expected \"\\(\"|aggregation)");

    static final Pattern MOMENT_BEFORE_RANGE = Pattern.compile("(?i)@\\s*(start|end)\\s*\\(\\s*\\)\\s*\\[");

    static final String OTHER_BOUNDS = "incompatible custom buckets";

    static final String OTHER_LAYOUTS = "incompatible bucket layout encountered for binary operator";

    static final String RECONCILED_BOUNDS = "mismatched custom buckets were reconciled";

    static final String FLOATS_AND_HISTOGRAMS = "mix of histograms and floats for aggregation";

    static final String NO_QUANTILE = "quantile value should be";

    /// Calls of what the language had as names of moments only.
    static final Pattern NEW_CALLS = Pattern.compile("(?<!@)(?<!@ )\\b(start|end|range|step|min_of|max_of)\\s*\\(");

    static final String AT_OPERATOR = "must not occur in ON and GROUP clause at once";

    static final Function[] SUMMARIES = {Function.HISTOGRAM_COUNT, Function.HISTOGRAM_SUM, Function.HISTOGRAM_AVG};

    private Known() {}
}
