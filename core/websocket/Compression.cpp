#include "websocket/Compression.h"

#include <array>
#include <utility>

#include "net/Loop.h"
#include "websocket/FrameWriter.h"

namespace chat::websocket {
namespace {

constexpr std::size_t WindowSizes = 16;

/// Signed: a connection may be destroyed by another thread, the one that stopped its loop.
std::ptrdiff_t& contextsOfThread() {
  static thread_local std::ptrdiff_t count = 0;
  return count;
}

/// The thread's compressor for messages without a context.
Deflater& sharedDeflater(const Deflater::Parameters& parameters) {
  static thread_local std::array<std::unique_ptr<Deflater>, WindowSizes> deflaters;
  auto& deflater = deflaters[static_cast<std::size_t>(parameters.windowBits)];
  if (!deflater || deflater->parameters() != parameters) deflater = std::make_unique<Deflater>(parameters);
  return *deflater;
}

std::size_t headSizeOf(std::string_view frame) noexcept {
  const auto length = static_cast<unsigned char>(frame[1]);  // a server's frame: no mask bit
  return length < 126 ? 2U : length == 126 ? 4U : 10U;
}

Opcode opcodeOf(std::string_view frame) noexcept {
  return static_cast<Opcode>(frame[0] & 0x0F);
}

base::BufferSlice compressedFrame(Opcode opcode, std::string_view payload) {
  const FrameHead head(opcode, payload.size(), true);
  const std::string_view parts[] = {head.view(), payload};
  return base::BufferSlice(base::SharedBuffer::join(parts));
}

/// The frame that was compressed last on this thread: an emit to a room sends the same frame to one socket after the
/// other.
struct LastFrame {
  base::BufferSlice original;  // kept, so that its address identifies it
  Deflater::Parameters parameters;
  base::BufferSlice compressed;
};

LastFrame& lastFrame() {
  static thread_local LastFrame last;
  return last;
}

}  // namespace

class Compression::OwnDeflater {
 public:
  OwnDeflater(Compression& owner, const Deflater::Parameters& parameters)
      : _deflater(parameters), _idle([](void* self) { static_cast<Compression*>(self)->_own.reset(); }, &owner) {
    ++contextsOfThread();
  }
  ~OwnDeflater() { --contextsOfThread(); }
  OwnDeflater(const OwnDeflater&) = delete;
  OwnDeflater& operator=(const OwnDeflater&) = delete;

  Deflater& deflater() noexcept { return _deflater; }
  net::Timer& idle() noexcept { return _idle; }

 private:
  Deflater _deflater;
  net::Timer _idle;
};

Compression::Compression(const DeflateOptions& options, const DeflateAgreement& agreement, net::Loop& loop)
    : _loop(loop),
      _inflater(agreement.clientMaxWindowBits, !agreement.clientNoContextTakeover),
      _parameters{agreement.serverMaxWindowBits, options.memoryLevel, options.level},
      _takesContextOver(!agreement.serverNoContextTakeover),
      _threshold(options.threshold),
      _maxSize(options.maxSize),
      _maxContexts(options.maxContexts),
      _contextIdleTimeout(options.contextIdleTimeout) {}

Compression::~Compression() = default;

// A compressor's window must equal the peer's, so a message that was compressed with another compressor would make it
// useless: a connection that has its own compressor uses it for every message.
bool Compression::takeContext() {
  if (!_takesContextOver) return false;
  if (!_own) {
    if (contextsOfThread() >= static_cast<std::ptrdiff_t>(_maxContexts)) return false;
    _own = std::make_unique<OwnDeflater>(*this, _parameters);
  }
  _loop.arm(_own->idle(), _contextIdleTimeout);
  return true;
}

std::optional<std::string_view> Compression::compress(std::span<const std::string_view> pieces, std::size_t size) {
  if (takeContext()) return _own->deflater().compress(pieces);
  auto& deflater = sharedDeflater(_parameters);
  deflater.reset();
  const auto compressed = deflater.compress(pieces);
  if (compressed.size() >= size) return std::nullopt;
  return compressed;
}

base::BufferSlice Compression::compress(base::BufferSlice frame) {
  const auto bytes = frame.view();
  const auto payload = bytes.substr(headSizeOf(bytes));
  if (!wants(payload.size())) return frame;
  if (takeContext()) return compressedFrame(opcodeOf(bytes), _own->deflater().compress(std::span(&payload, 1)));
  auto& last = lastFrame();
  if (last.original.view().data() != bytes.data() || last.parameters != _parameters) {
    const auto compressed = compress(std::span(&payload, 1), payload.size());
    last = {frame, _parameters, compressed ? compressedFrame(opcodeOf(bytes), *compressed) : frame};
  }
  return last.compressed;
}

}  // namespace chat::websocket
