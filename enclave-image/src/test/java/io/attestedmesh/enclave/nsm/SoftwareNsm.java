package io.attestedmesh.enclave.nsm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.nsm.Nsm;
import io.attestedmesh.attest.nsm.NsmDescription;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The wire protocol of {@code /dev/nsm}, decoded and answered by another NSM. */
final class SoftwareNsm implements NsmChannel {
    private static final CBORMapper CBOR = new CBORMapper(new CBORFactory());

    private final Nsm nsm;

    SoftwareNsm(Nsm nsm) {
        this.nsm = nsm;
    }

    @Override
    public Bytes exchange(Bytes request) throws IOException {
        JsonNode asked = CBOR.readTree(request.toByteArray());
        try {
            return asked.isTextual()
                    ? answer(asked.textValue(), CBOR.createObjectNode())
                    : answer(asked.fieldNames().next(), asked.elements().next());
        } catch (NsmException e) {
            String code = switch (e.error()) {
                case INVALID_INDEX -> "InvalidIndex";
                case READ_ONLY_INDEX -> "ReadOnlyIndex";
                default -> "InvalidArgument";
            };
            return encode(cbor -> {
                cbor.writeStartObject();
                cbor.writeStringField("Error", code);
                cbor.writeEndObject();
            });
        } catch (AttesterException e) {
            throw new IOException(e);
        }
    }

    private Bytes answer(String name, JsonNode fields) throws NsmException, AttesterException, IOException {
        return switch (name) {
            case "DescribeNSM" -> describe(name);
            case "DescribePCR" -> {
                PcrState state = nsm.describePcr(fields.get("index").intValue());
                yield map(name, cbor -> {
                    cbor.writeBooleanField("lock", state.locked());
                    cbor.writeBinaryField("data", state.value().toByteArray());
                });
            }
            case "ExtendPCR" -> {
                Bytes data = Bytes.of(fields.get("data").binaryValue());
                Bytes value = nsm.extendPcr(fields.get("index").intValue(), data);
                yield map(name, cbor -> cbor.writeBinaryField("data", value.toByteArray()));
            }
            case "LockPCR" -> {
                nsm.lockPcr(fields.get("index").intValue());
                yield encode(cbor -> cbor.writeString(name));
            }
            case "LockPCRs" -> {
                nsm.lockPcrs(fields.get("range").intValue());
                yield encode(cbor -> cbor.writeString(name));
            }
            case "GetRandom" -> {
                Bytes random = nsm.random();
                yield map(name, cbor -> cbor.writeBinaryField("random", random.toByteArray()));
            }
            case "Attestation" -> {
                Bytes document = nsm.attest(new AttestationRequest(
                        optional(fields, "public_key"), optional(fields, "user_data"), optional(fields, "nonce")));
                yield map(name, cbor -> cbor.writeBinaryField("document", document.toByteArray()));
            }
            default -> throw new IOException("no such request: " + name);
        };
    }

    private Bytes describe(String name) throws NsmException, IOException {
        NsmDescription described = nsm.describe();
        return map(name, cbor -> {
            cbor.writeNumberField("version_major", 1);
            cbor.writeNumberField("version_minor", 0);
            cbor.writeNumberField("version_patch", 0);
            cbor.writeStringField("module_id", described.moduleId());
            cbor.writeNumberField("max_pcrs", described.maxPcrs());
            cbor.writeFieldName("locked_pcrs");
            cbor.writeStartArray();
            for (int index : described.lockedPcrs()) {
                cbor.writeNumber(index);
            }
            cbor.writeEndArray();
            cbor.writeStringField("digest", described.digest());
        });
    }

    private static Optional<Bytes> optional(JsonNode fields, String field) throws IOException {
        return fields.get(field).isNull()
                ? Optional.empty()
                : Optional.of(Bytes.of(fields.get(field).binaryValue()));
    }

    interface Body {
        void write(CBORGenerator cbor) throws IOException;
    }

    static Bytes map(String name, Body body) throws IOException {
        return encode(cbor -> {
            cbor.writeStartObject();
            cbor.writeFieldName(name);
            cbor.writeStartObject();
            body.write(cbor);
            cbor.writeEndObject();
            cbor.writeEndObject();
        });
    }

    static Bytes encode(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CBORGenerator cbor = new CBORFactory().createGenerator(out)) {
            body.write(cbor);
        }
        return Bytes.of(out.toByteArray());
    }

    @Override
    public void close() {}
}
