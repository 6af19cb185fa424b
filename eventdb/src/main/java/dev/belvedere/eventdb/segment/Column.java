package dev.belvedere.eventdb.segment;

/// The column numbers of docs/format/events-segment.md, "Rows".
public final class Column {

    public static final int TIME = 1;
    public static final int STREAM_OR_OPERATION = 2;
    public static final int OBSERVED_OR_DURATION = 3;
    public static final int SEVERITY_OR_STATUS = 4;
    public static final int TRACE_HIGH = 5;
    public static final int TRACE_LOW = 6;
    public static final int SPAN_ID = 7;
    public static final int LINE_OR_STATUS_MESSAGE = 8;
    public static final int PARENT_ID = 9;
    public static final int RESOURCE = 10;
    public static final int SCOPE = 11;
    public static final int TRACE_STATE = 12;
    public static final int EVENTS = 13;
    public static final int LINKS = 14;
    public static final int SHAPE = 15;
    public static final int OTHER_ATTRIBUTES = 16;
    public static final int PARENT_DISTANCE = 17;
    public static final int FIRST_ATTRIBUTE = 64;

    private Column() {}

    static boolean isBytes(int fixed) {
        return switch (fixed) {
            case LINE_OR_STATUS_MESSAGE, TRACE_STATE, EVENTS, LINKS, OTHER_ATTRIBUTES -> true;
            default -> false;
        };
    }
}
