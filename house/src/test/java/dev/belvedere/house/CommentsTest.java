package dev.belvedere.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Comments that the formatter broke in mid-sentence, because a line was longer than it allows: what did not fit stands
/// on a line of its own. Whoever writes such joins the paragraph and breaks it anew.
final class CommentsTest {

    private static final int LONG = 100;
    private static final int LONGEST = 112;
    private static final int MAX_LEFT_OVER = 2;

    private static final Pattern COMMENT = Pattern.compile(" */// ?(?=\\S)");

    /// Begins a line that stands for itself: of a list, a table, a tag, code or a reference.
    private static final Pattern OWN_LINE = Pattern.compile("[-*|@#>`\\[]|\\d+\\. ");

    @Test
    void no_comment_has_two_words_on_a_line_in_the_middle_of_a_paragraph() {
        List<String> violations = new ArrayList<>();
        for (SourceTree.JavaFile file : SourceTree.javaFiles()) {
            List<String> lines = file.lines();
            for (int i = 1; i + 1 < lines.size(); i++) {
                if (isLeftOver(lines.get(i - 1), lines.get(i), lines.get(i + 1))) {
                    violations.add(file.path() + " line " + (i + 1) + ": "
                            + lines.get(i).strip() + "  -> join the paragraph and break it at 112 columns");
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    private static boolean isLeftOver(String before, String line, String after) {
        String text = text(line);
        if (text.isEmpty() || text(before).isEmpty() || text(after).isEmpty()) {
            return false;
        }
        String[] words = text.split(" ");
        boolean isOwnLine = OWN_LINE.matcher(text).lookingAt()
                || OWN_LINE.matcher(text(after)).lookingAt();
        return !isOwnLine
                && words.length <= MAX_LEFT_OVER
                && before.length() >= LONG
                && before.length() + 1 + words[0].length() > LONGEST;
    }

    /// What a line of a comment says; empty if it is none, or has nothing or an indented text in it.
    private static String text(String line) {
        return COMMENT.matcher(line).lookingAt() ? COMMENT.matcher(line).replaceFirst("") : "";
    }

    @Test
    void a_broken_sentence_is_seen_and_other_short_lines_are_not() {
        String full = "    /// " + "a word ".repeat(14).strip() + " more";
        assertThat(full).hasSizeBetween(LONG, LONGEST);
        assertThat(isLeftOver(full, "    /// left over", "    /// and what follows."))
                .isTrue();
        assertThat(isLeftOver(full, "    /// left over.", "    ///")).isFalse();
        assertThat(isLeftOver(full, "    /// left over.", "    int next;")).isFalse();
        assertThat(isLeftOver(full, "    /// - a", "    /// - b")).isFalse();
        assertThat(isLeftOver(full, "    /// the end:", "    /// @param x what"))
                .isFalse();
        assertThat(isLeftOver("    /// a short line", "    /// another", "    /// and one."))
                .isFalse();
    }
}
