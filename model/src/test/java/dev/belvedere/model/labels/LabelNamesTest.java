package dev.belvedere.model.labels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LabelNamesTest {

    @Test
    void what_is_not_printable_is_quoted_as_go_quotes_it() {
        assertThat(LabelNames.quote("a \"b\" \\ \u0007\b\f\n\r\t\u000b"))
                .isEqualTo("\"a \\\"b\\\" \\\\ \\a\\b\\f\\n\\r\\t\\v\"");
        assertThat(LabelNames.quote("\u0000\u007f\u0085\u00a0\u200b\ufeff\ue000"))
                .isEqualTo("\"\\x00\\x7f\\u0085\\u00a0\\u200b\\ufeff\\ue000\"");
        assertThat(LabelNames.quote(Character.toString(0x10FFFF) + Character.toString(0xE0001)))
                .isEqualTo("\"\\U0010ffff\\U000e0001\"");
        assertThat(LabelNames.quote("é世\u0301☺" + Character.toString(0x10111)))
                .isEqualTo("\"é世\u0301☺" + Character.toString(0x10111) + "\"");
    }
}
