package io.attestedmesh.cli.telemetry;

import io.attestedmesh.cli.command.JsonLine;
import java.util.Map;

/** What a server says to one request. */
public record Answer(int status, String contentType, String body) {
    /** One line. */
    public static Answer text(int status, String line) {
        return new Answer(status, "text/plain; charset=utf-8", line + "\n");
    }

    /** An object that was asked for. */
    public static Answer json(Map<String, ?> object) {
        return json(200, object);
    }

    /** An object that says what came of it. */
    public static Answer json(int status, Map<String, ?> object) {
        return new Answer(status, "application/json", JsonLine.of(object) + "\n");
    }

    /** The text format of Prometheus. */
    static Answer metrics(String samples) {
        return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", samples);
    }
}
