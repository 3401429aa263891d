package io.attestedmesh.cli.telemetry;

import io.attestedmesh.cli.command.JsonLine;
import java.util.Map;

/** What the server says to one request. */
record Answer(int status, String contentType, String body) {
    static Answer text(int status, String line) {
        return new Answer(status, "text/plain; charset=utf-8", line + "\n");
    }

    static Answer json(Map<String, ?> object) {
        return new Answer(200, "application/json", JsonLine.of(object) + "\n");
    }

    /** The text format of Prometheus. */
    static Answer metrics(String samples) {
        return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", samples);
    }
}
