#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/log/Logging.h"
#include "app/log/LossyChannel.h"

namespace chat::test {

using app::LossyChannel;
using Lines = std::vector<std::string>;

class LossyChannelTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LossyChannelTest);
  CPPUNIT_TEST(handsMessagesOn);
  CPPUNIT_TEST(loggingNeverThrows);
  CPPUNIT_TEST(lostMessagesAreReportedOnce);
  CPPUNIT_TEST(aFailureToOpenIsReported);
  CPPUNIT_TEST(aFullDiskDoesNotEndTheServer);
  CPPUNIT_TEST_SUITE_END();

  class Disk final : public Poco::Channel {
   public:
    void open() override {
      if (isFull) throw Poco::WriteFileException("full");
    }
    void close() override { ++closed; }
    void log(const Poco::Message& message) override {
      open();
      lines.push_back(message.getText());
    }
    bool isFull = false;
    int closed = 0;
    Lines lines;
  };

  void log(const std::string& text) { _channel.log(Poco::Message("test", text, Poco::Message::PRIO_INFORMATION)); }

  void handsMessagesOn() {
    log("one");
    log("two");
    CPPUNIT_ASSERT((_disk->lines == Lines{"one", "two"}));
    _channel.close();
    CPPUNIT_ASSERT_EQUAL(1, _disk->closed);
  }

  void loggingNeverThrows() {
    _disk->isFull = true;
    CPPUNIT_ASSERT_NO_THROW(log("one"));
    CPPUNIT_ASSERT_EQUAL(1, _disk->closed);
  }

  void lostMessagesAreReportedOnce() {
    _disk->isFull = true;
    log("one");
    log("two");
    _disk->isFull = false;
    log("three");
    log("four");
    CPPUNIT_ASSERT((_disk->lines == Lines{"the log could not be written: 2 messages are missing", "three", "four"}));
  }

  void aFailureToOpenIsReported() {
    _disk->isFull = true;
    CPPUNIT_ASSERT_THROW(_channel.open(), Poco::WriteFileException);
  }

  // The server's channels; /dev/full acts as a disk that is always full.
  void aFullDiskDoesNotEndTheServer() {
    app::startLogging({"information", "text", "/dev/full"});
    CPPUNIT_ASSERT_NO_THROW(Poco::Logger::root().information("one"));
    CPPUNIT_ASSERT_NO_THROW(Poco::Logger::root().information("two"));
    app::startLogging({"none", "text", "stderr"});
  }

  Poco::AutoPtr<Disk> _disk{new Disk};
  LossyChannel _channel{Poco::AutoPtr<Poco::Channel>(_disk.get(), true)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LossyChannelTest);

}  // namespace chat::test
