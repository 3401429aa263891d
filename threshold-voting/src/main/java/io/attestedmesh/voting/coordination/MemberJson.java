package io.attestedmesh.voting.coordination;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Member records of one committee as JSON. What is not exactly one of these is skipped and counted. */
final class MemberJson {
    private static final int LARGEST = 1024;

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(LARGEST)
                            .maxNestingDepth(1)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    private final Committee committee;
    private final Counter skipped;

    MemberJson(Committee committee, MeterRegistry registry) {
        this.committee = committee;
        this.skipped = registry.counter("amesh.voting.coordination.members.skipped");
    }

    /** Refuses what would be skipped. */
    Bytes write(MemberRecord member) {
        if (member.epoch() != committee.epoch() || !committee.contains(member.node())) {
            throw new IllegalArgumentException(
                    member.node() + " of epoch " + member.epoch() + " is not of " + committee);
        }
        try {
            return Bytes.of(mapper.writeValueAsBytes(member));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The record of {@code node}, under whose key it stands. */
    Optional<MemberRecord> read(String node, byte[] json) {
        try {
            if (json.length <= LARGEST) {
                MemberRecord read = mapper.readValue(json, MemberRecord.class);
                if (read != null
                        && read.node().equals(node)
                        && read.epoch() == committee.epoch()
                        && committee.contains(node)) {
                    return Optional.of(read);
                }
            }
        } catch (IOException e) {
            // counted as any other that is none
        }
        skipped.increment();
        return Optional.empty();
    }
}
