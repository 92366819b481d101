#include "messages/PacketLimit.h"

#include <Poco/Data/Session.h>

#include <string>

namespace chat::messages {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t BytesOfCharacter = 4;
constexpr std::size_t BytesOfTextByte = 4;
constexpr std::size_t BytesOfAttributesByte = 2;
constexpr std::size_t OtherBytes = 1024;

/// The server leaves a quarter of a packet for the statement around the values.
std::size_t packetFor(std::size_t bytes) noexcept {
  return (bytes * 4 + 2) / 3;
}

}  // namespace

std::size_t largestEntry(std::size_t textCharacters, std::size_t attributesBytes) noexcept {
  return BytesOfTextByte * BytesOfCharacter * textCharacters + BytesOfAttributesByte * attributesBytes + OtherBytes;
}

void warnOfSmallPackets(data::Database& database, Poco::Logger& logger, std::size_t largest) {
  if (database.dialect() != data::Dialect::MySql) return;
  Poco::UInt64 packet = 0;
  database.read([&](Poco::Data::Session& session) { session << "SELECT @@max_allowed_packet", into(packet), now; });
  if (packet >= packetFor(largest)) return;
  poco_warning(logger, "the database's max_allowed_packet is " + std::to_string(packet) +
                           ": the longest messages that messages.textCharacters and messages.attributesBytes allow are "
                           "refused with 413; set it to at least " +
                           std::to_string(packetFor(largest)));
}

}  // namespace chat::messages
