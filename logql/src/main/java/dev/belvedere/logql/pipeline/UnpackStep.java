package dev.belvedere.logql.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/// `| unpack`: the string fields of a JSON object become labels, `_entry` becomes the line.
final class UnpackStep implements Pipeline.Step {

    private static final String ENTRY = "_entry";

    @Override
    public boolean apply(Line line) {
        String text = line.text();
        try (JsonParser parser = JsonStep.JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the line is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    parser.skipChildren();
                } else if (key.equals(ENTRY)) {
                    line.setText(parser.getText());
                } else {
                    String label = Line.sanitized(key);
                    boolean isTaken = line.labels().isStreamLabel(label);
                    line.labels()
                            .set(isTaken ? label + "_extracted" : label, parser.getText(), LineLabels.Origin.PARSED);
                }
            }
        } catch (IOException e) {
            line.setText(text);
            line.labels().setError("JSONParserErr", String.valueOf(e.getMessage()));
        }
        return true;
    }
}
