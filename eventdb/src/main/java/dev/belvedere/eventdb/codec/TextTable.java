package dev.belvedere.eventdb.codec;

import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/// The texts of a frame while it is written: each distinct text once, named by its index.
public final class TextTable {

    private final Object2IntOpenHashMap<String> indexes = new Object2IntOpenHashMap<>();
    private final List<String> texts = new ArrayList<>();

    public TextTable() {
        indexes.defaultReturnValue(-1);
    }

    public int index(String text) {
        int index = indexes.getInt(text);
        if (index < 0) {
            index = texts.size();
            texts.add(text);
            indexes.put(text, index);
        }
        return index;
    }

    public void write(BytesWriter into) {
        into.putVarint(texts.size());
        for (String text : texts) {
            into.putText(text);
        }
    }

    public static String[] read(BytesReader from) {
        String[] texts = new String[from.getCount(1)];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = from.getText();
        }
        return texts;
    }
}
