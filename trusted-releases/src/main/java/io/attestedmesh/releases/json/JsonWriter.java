package io.attestedmesh.releases.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * JSON for files that people review: members in the order written, two spaces a level, one member or element a line, a
 * line end at the end. The same calls give the same bytes.
 */
public final class JsonWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator generator;

    private JsonWriter(JsonGenerator generator) {
        this.generator = generator;
    }

    /** The document that {@code content} writes, which is one value. */
    public static Bytes document(Consumer<JsonWriter> content) {
        return written(content, generator -> generator.setPrettyPrinter(lines()));
    }

    /** The same on one line. */
    public static Bytes line(Consumer<JsonWriter> content) {
        return written(content, generator -> {});
    }

    private static Bytes written(Consumer<JsonWriter> content, Consumer<JsonGenerator> layout) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            layout.accept(generator);
            content.accept(new JsonWriter(generator));
            generator.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.of(out.toByteArray());
    }

    private static DefaultPrettyPrinter lines() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return printer;
    }

    public JsonWriter beginObject() {
        return write(JsonGenerator::writeStartObject);
    }

    public JsonWriter endObject() {
        return write(JsonGenerator::writeEndObject);
    }

    public JsonWriter beginArray() {
        return write(JsonGenerator::writeStartArray);
    }

    public JsonWriter endArray() {
        return write(JsonGenerator::writeEndArray);
    }

    /** The name of the member whose value comes next. */
    public JsonWriter name(String member) {
        return write(g -> g.writeFieldName(member));
    }

    public JsonWriter text(String value) {
        return write(g -> g.writeString(value));
    }

    public JsonWriter integer(long value) {
        return write(g -> g.writeNumber(value));
    }

    public JsonWriter nullValue() {
        return write(JsonGenerator::writeNull);
    }

    public JsonWriter instant(Instant value) {
        return text(Encodings.text(value));
    }

    public JsonWriter hex(Bytes value) {
        return text(value.hex());
    }

    public JsonWriter base64(Bytes value) {
        return text(Encodings.base64(value));
    }

    public JsonWriter base64url(Bytes value) {
        return text(Encodings.base64url(value));
    }

    private interface Step {
        void write(JsonGenerator generator) throws IOException;
    }

    private JsonWriter write(Step step) {
        try {
            step.write(generator);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("JSON into memory", e);
        }
    }
}
