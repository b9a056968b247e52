//! A cloud made of a function, and a clock that goes forward only when somebody sleeps.

use async_trait::async_trait;
use cloudstack_client::send::{
    Client, ClientBuilder, Clock, HttpReply, HttpRequest, Transport, TransportError, TransportFault,
};
use cloudstack_client::sign::{Received, UnixSeconds};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) type Answer = Result<HttpReply, TransportError>;

/// One request as the cloud read it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) request: HttpRequest,
    params: Received,
}

impl Asked {
    fn new(request: HttpRequest) -> Self {
        let query = request.body.as_deref().or_else(|| request.url.split_once('?').map(|(_, query)| query));
        let mut params = Received::default();
        params.parse(query.unwrap_or_default()).unwrap();
        Self { request, params }
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    pub(crate) fn params(&self) -> &Received {
        &self.params
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

type Handler = Box<dyn FnMut(&Asked) -> Answer + Send>;

pub(crate) struct Cloud {
    handler: Mutex<Handler>,
    asked: Mutex<Vec<Asked>>,
}

#[async_trait]
impl Transport for Cloud {
    async fn carry(&self, request: HttpRequest) -> Answer {
        let asked = Asked::new(request);
        self.asked.lock().unwrap().push(asked.clone());
        self.handler.lock().unwrap()(&asked)
    }
}

impl Cloud {
    pub(crate) fn new(handler: impl FnMut(&Asked) -> Answer + Send + 'static) -> Arc<Self> {
        Arc::new(Self { handler: Mutex::new(Box::new(handler)), asked: Mutex::default() })
    }

    /// Everything asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.asked().iter().map(|asked| asked.get("command").to_owned()).collect()
    }

    pub(crate) fn builder(self: &Arc<Self>, clock: &Arc<Virtual>) -> ClientBuilder {
        let transport: Arc<dyn Transport> = Arc::<Self>::clone(self);
        let clock: Arc<dyn Clock> = Arc::<Virtual>::clone(clock);
        Client::builder("http://cloud.test").transport(transport).clock(clock)
    }

    pub(crate) fn client(self: &Arc<Self>) -> Client {
        self.builder(&Arc::default()).keys("AbC", "secret").build().unwrap()
    }
}

/// 2001-09-09 and on.
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_000_000_000);

#[derive(Default)]
pub(crate) struct Virtual {
    pub(crate) slept: Mutex<Vec<Duration>>,
    /// Sleeping takes for ever.
    pub(crate) stopped: bool,
}

#[async_trait]
impl Clock for Virtual {
    fn now(&self) -> UnixSeconds {
        UnixSeconds(NOW.0 + self.uptime().as_secs())
    }

    fn uptime(&self) -> Duration {
        self.slept.lock().unwrap().iter().sum()
    }

    async fn sleep(&self, pause: Duration) {
        if self.stopped {
            std::future::pending::<()>().await;
        }
        self.slept.lock().unwrap().push(pause);
    }
}

pub(crate) fn ok(body: &str) -> Answer {
    status(200, body)
}

pub(crate) fn status(status: u16, body: impl AsRef<[u8]>) -> Answer {
    Ok(HttpReply { status, headers: Vec::new(), body: body.as_ref().to_vec() })
}

pub(crate) fn lost(may_have_arrived: bool) -> Answer {
    Err(TransportError { may_have_arrived, fault: TransportFault::Broken("cut".into()) })
}
