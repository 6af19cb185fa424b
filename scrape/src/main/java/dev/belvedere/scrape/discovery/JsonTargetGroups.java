package dev.belvedere.scrape.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a JSON list of target groups: `[{"targets": ["host:port"], "labels": {"name": "value"}}]`.
final class JsonTargetGroups {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String source;
    private final JsonParser json;

    private JsonTargetGroups(String source, JsonParser json) {
        this.source = source;
        this.json = json;
    }

    /// @param source a file or URL, for messages and as the groups' source
    /// @throws ConfigException at the first thing that is wrong
    static List<TargetGroup> read(byte[] bytes, String source) {
        try (JsonParser json = FACTORY.createParser(bytes)) {
            return new JsonTargetGroups(source, json).groups();
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    source,
                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                    "malformed JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException(source, 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private List<TargetGroup> groups() throws IOException {
        List<TargetGroup> groups = new ArrayList<>();
        json.nextToken();
        expect(JsonToken.START_ARRAY, "a list of target groups");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.START_OBJECT, "a target group");
            groups.add(group(groups.size()));
        }
        if (json.nextToken() != null) {
            throw error("nothing may follow the list of target groups");
        }
        return groups;
    }

    private TargetGroup group(int number) throws IOException {
        List<String> targets = new ArrayList<>();
        Labels.Builder labels = new Labels.Builder();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "targets" -> targets(targets);
                case "labels" -> labels(labels, value);
                default -> throw error("unknown key \"" + key + "\" in a target group");
            }
        }
        return new TargetGroup(source + ':' + number, targets, labels.build());
    }

    private void targets(List<String> targets) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(JsonToken.START_ARRAY, "a list of targets");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_STRING, "a target");
            targets.add(json.getText());
        }
    }

    private void labels(Labels.Builder labels, JsonToken first) throws IOException {
        if (first == JsonToken.VALUE_NULL) {
            return;
        }
        expect(JsonToken.START_OBJECT, "an object of labels");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            expect(JsonToken.VALUE_STRING, "a string as value of label \"" + name + "\"");
            labels.set(name, json.getText());
        }
    }

    private void expect(JsonToken token, String what) {
        if (json.currentToken() != token) {
            throw error("expected " + what);
        }
    }

    private ConfigException error(String problem) {
        return new ConfigException(
                source,
                json.currentTokenLocation().getLineNr(),
                json.currentTokenLocation().getColumnNr(),
                problem);
    }
}
