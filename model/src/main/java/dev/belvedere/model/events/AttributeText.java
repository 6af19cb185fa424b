package dev.belvedere.model.events;

/// Writes attribute values as JSON, the form in which a structured value is shown as text.
final class AttributeText {

    private AttributeText() {}

    static String json(AttributeValue value) {
        StringBuilder text = new StringBuilder();
        append(text, value);
        return text.toString();
    }

    private static void append(StringBuilder text, AttributeValue value) {
        switch (value) {
            case AttributeValue.Text t -> quote(text, t.value());
            case AttributeValue.Bool b -> text.append(b.value());
            case AttributeValue.Int i -> text.append(i.value());
            case AttributeValue.Real r -> {
                if (Double.isFinite(r.value())) {
                    text.append(r);
                } else {
                    quote(text, Double.toString(r.value()));
                }
            }
            case AttributeValue.Bytes b -> quote(text, b.toString());
            case AttributeValue.Array a -> {
                text.append('[');
                for (int i = 0; i < a.values().size(); i++) {
                    text.append(i == 0 ? "" : ",");
                    append(text, a.values().get(i));
                }
                text.append(']');
            }
            case AttributeValue.KeyValues kv -> {
                text.append('{');
                for (int i = 0; i < kv.attributes().size(); i++) {
                    text.append(i == 0 ? "" : ",");
                    quote(text, kv.attributes().key(i));
                    text.append(':');
                    append(text, kv.attributes().value(i));
                }
                text.append('}');
            }
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
