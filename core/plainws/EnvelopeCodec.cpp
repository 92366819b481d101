#include "plainws/EnvelopeCodec.h"

#include <charconv>

#include "base/JsonMembers.h"
#include "base/JsonText.h"
#include "websocket/FrameWriter.h"

namespace chat::plainws {
namespace {

using base::Failure;

static_assert(base::MaxJsonDepth == 1024);  // told below

bool isNumberOrString(std::string_view value) noexcept {
  return value.front() == '"' || value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

}  // namespace

std::string_view describe(EnvelopeError error) noexcept {
  switch (error) {
    case EnvelopeError::NotText:
      return "a frame must be text";
    case EnvelopeError::NotAnObject:
      return "a frame must be a JSON object";
    case EnvelopeError::TooDeep:
      return "a frame must not be nested more than 1024 levels deep";
    case EnvelopeError::MissingEvent:
      return "the member event is missing";
    case EnvelopeError::IllegalEvent:
      return "event must be a string";
    case EnvelopeError::IllegalId:
      return "id must be a number or a string";
  }
  return "unknown error";
}

base::Result<EnvelopeView, EnvelopeError> parseEnvelope(std::string_view text, std::string& unescaped) {
  text.remove_prefix(base::skipJsonSpace(text));
  if (!base::isJsonObject(text)) {
    return Failure{base::isJsonTooDeep(text) ? EnvelopeError::TooDeep : EnvelopeError::NotAnObject};
  }

  EnvelopeView envelope;
  std::string_view event;
  for (base::JsonMembers members(text); members.next();) {
    if (members.name == "event") {
      event = members.value;
    } else if (members.name == "id") {
      envelope.id = members.value;
    } else if (members.name == "data") {
      envelope.data = members.value;
    }
  }
  if (event.empty()) return Failure{EnvelopeError::MissingEvent};
  if (event.front() != '"') return Failure{EnvelopeError::IllegalEvent};
  if (!envelope.id.empty() && !isNumberOrString(envelope.id)) return Failure{EnvelopeError::IllegalId};
  envelope.event = base::JsonMembers::contentOf(event, unescaped);
  return envelope;
}

EnvelopeWriter& EnvelopeWriter::event(std::string_view name, std::string_view data) {
  if (base::needsJsonEscape(name)) {
    base::appendJsonEscaped(_own, name);
    name = _own;
  }
  add(R"({"event":")");
  add(name);
  add(R"(","data":)");
  add(data.empty() ? "null" : data);
  add("}");
  return *this;
}

EnvelopeWriter& EnvelopeWriter::ack(std::string_view id, int status, std::string_view data) {
  const auto end = std::to_chars(_status.data(), _status.data() + _status.size(), status).ptr;
  add(R"({"ack":)");
  add(id);
  add(R"(,"status":)");
  add({_status.data(), static_cast<std::size_t>(end - _status.data())});
  add(R"(,"data":)");
  add(data.empty() ? "null" : data);
  add("}");
  return *this;
}

EnvelopeWriter& EnvelopeWriter::error(std::string_view code, std::string_view detail) {
  _own = R"({"event":"error","data":{"errors":{"code":")";
  base::appendJsonEscaped(_own, code);
  _own += R"(","detail":")";
  base::appendJsonEscaped(_own, detail);
  _own += R"("}}})";
  add(_own);
  return *this;
}

std::string EnvelopeWriter::text() const {
  std::string text;
  for (const auto piece : pieces()) text += piece;
  return text;
}

EncodedEnvelope EncodedEnvelope::of(std::string_view event, std::string_view data) {
  EnvelopeWriter writer;
  const auto pieces = writer.event(event, data).pieces();
  std::size_t length = 0;
  for (const auto piece : pieces) length += piece.size();
  const websocket::FrameHead head(websocket::Opcode::Text, length);
  base::SharedBuffer frame = base::SharedBuffer::withCapacity(head.view().size() + length);
  frame.append(head.view());
  for (const auto piece : pieces) frame.append(piece);
  return {base::BufferSlice(std::move(frame))};
}

}  // namespace chat::plainws
