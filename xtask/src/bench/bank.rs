//! The bank that rows are measured on: made natively once, kept in the target directory, copied for each row.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use domain::book::{HOLDING_MEASURES, Measure, MonthColumns, Origin, SLOTS, customer_at};
use domain::date::{Day, Month};
use store::book::ChunkRow;
use store::native::NativeConnection;
use store::{Connection, StoreError, in_transaction};

use crate::cli::RuntimeKind;
use crate::client::Client;
use crate::demo::SEED;
use crate::demo::plan::{MONTHS, Plan};
use crate::demo::random::Random;
use crate::demo::staff::branch_id;
use crate::demo::wealth::Wealth;
use crate::demo::write::id;
use crate::failure::{Failure, OrAdvise};
use crate::month::today;
use crate::progress::Progress;
use crate::runtime::{Launch, Runtime};
use crate::secret::random_key;
use crate::workspace;

/// Another number makes another file: raise it when what is written below changes.
const MAKING: u32 = 1;

/// Customers of most rows, unless `KEZHI_BENCH_CUSTOMERS` asks for a smaller bank.
const CUSTOMERS: u64 = 1_000_000;

/// Customers written in one transaction of the making.
const PEOPLE_AT_ONCE: u64 = 250_000;

const ADVICE: &str = "see whether the disk has room, remove target/bench, and run the row again";

/// What of a bank's master data is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// Every customer, and an account for each.
    All,
    /// The last customer alone: a review asks for nobody's name.
    Last,
}

/// A running bank on a copy of its own, which goes when it is dropped.
pub struct Bank {
    /// What was made.
    pub plan: Plan,
    /// The administrator's client.
    pub client: Client,
    /// The administrator's key.
    pub key: String,
    runtime: Runtime,
    dir: PathBuf,
}

/// Size of the bank of most rows.
pub fn customers() -> u64 {
    let asked = std::env::var("KEZHI_BENCH_CUSTOMERS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(CUSTOMERS)
}

impl Bank {
    /// Starts the host on a bank of this size; `name` tells the folders of several banks apart.
    pub fn start(name: &str, customers: u64, people: People) -> Result<Self, Failure> {
        let plan = Plan::new(customers, SEED, today())?;
        let made = kept(&plan, people)?;
        let dir = folder().join(format!("run-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&dir).or_advise(dir.display(), ADVICE)?;
        copy(&made, &dir.join("sqlite_db.db"))?;
        let key = random_key()?;
        let runtime = Runtime::start(&Launch {
            kind: RuntimeKind::Host,
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
            state: dir.clone(),
            key: key.clone(),
            cron: false,
            options: Vec::new(),
            variables: Vec::new(),
        })?;
        let client = Client::new(runtime.base(), Some(&key));
        Ok(Self { plan, client, key, runtime, dir })
    }

    /// The host's process.
    pub fn pid(&self) -> u32 {
        self.runtime.pid()
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        self.runtime.base().trim_start_matches("http://")
    }

    /// A connection of our own to the running bank's database.
    pub fn connect(&self) -> Result<NativeConnection, Failure> {
        open(&self.runtime.database())
    }

    /// A file beside the bank's own, on the same disk, for what it is compared with.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A connection to a copy of the bank as it stands.
    pub fn native_copy(&self, name: &str) -> Result<NativeConnection, Failure> {
        empty_log(&mut self.connect()?)?;
        let path = self.beside(name);
        copy(&self.runtime.database(), &path)?;
        open(&path)
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.runtime.stop();
        // A folder that stays is told by its name, and the next run makes another.
        let _stays = std::fs::remove_dir_all(&self.dir);
    }
}

/// Opens a database like a component does.
pub fn open(path: &Path) -> Result<NativeConnection, Failure> {
    NativeConnection::open(path).or_advise(path.display(), ADVICE)
}

/// Moves the write-ahead log into the file, so that a measurement starts with an empty one.
pub fn empty_log(connection: &mut NativeConnection) -> Result<(), Failure> {
    let done = connection.execute("pragma wal_checkpoint(truncate)", &[]);
    done.map(|_| ()).or_advise("emptying the write-ahead log", ADVICE)
}

fn folder() -> PathBuf {
    workspace::target_dir().join("bench")
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::copy(from, to).or_advise(format!("copying {} to {}", from.display(), to.display()), ADVICE)?;
    Ok(())
}

/// The file that is kept of a bank.
pub fn file(plan: &Plan, people: People) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (MAKING, store::migration::MIGRATIONS, plan.seed, plan.last_month.to_string()).hash(&mut hasher);
    folder().join(format!("{}{:016x}.db", kept_as(plan, people), hasher.finish()))
}

fn kept_as(plan: &Plan, people: People) -> String {
    let whom = if people == People::All { "all" } else { "last" };
    format!("book-{whom}-{}-", plan.customers)
}

/// Forgets the same bank under earlier tables or months.
fn remove_outdated(plan: &Plan, people: People) {
    let own = kept_as(plan, people);
    for entry in std::fs::read_dir(folder()).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&own) {
            // It may be gone already; it only takes room.
            let _gone = std::fs::remove_file(entry.path());
        }
    }
}

fn kept(plan: &Plan, people: People) -> Result<PathBuf, Failure> {
    let path = file(plan, people);
    if path.exists() {
        return Ok(path);
    }
    std::fs::create_dir_all(folder()).or_advise(folder().display(), ADVICE)?;
    remove_outdated(plan, people);
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    // What an interrupted run of the same process number left behind.
    let _absent = std::fs::remove_file(&draft);
    let mut progress =
        Progress::over(&format!("making {} customers", plan.customers), plan.customers, "customers");
    make(plan, people, &draft, &mut progress).or_advise(draft.display(), ADVICE)?;
    progress.finish();
    std::fs::rename(&draft, &path).or_advise(path.display(), ADVICE)?;
    Ok(path)
}

fn make(plan: &Plan, people: People, path: &Path, progress: &mut Progress) -> Result<(), StoreError> {
    let mut connection = NativeConnection::open(path)?;
    // Nobody depends on a file that is not finished.
    connection.execute("pragma synchronous = off", &[])?;
    in_transaction(&mut connection, |connection| organisations(connection, plan))?;
    match people {
        People::All => {
            for from in (0..plan.customers).step_by(PEOPLE_AT_ONCE as usize) {
                let to = plan.customers.min(from + PEOPLE_AT_ONCE);
                in_transaction(&mut connection, |connection| persons(connection, plan, from..to))?;
            }
        }
        People::Last => persons(&mut connection, plan, plan.customers - 1..plan.customers)?,
    }
    let chunks = (plan.customers as u32).div_ceil(SLOTS as u32);
    for from in (0..chunks).step_by(16) {
        let to = chunks.min(from + 16);
        in_transaction(&mut connection, |connection| {
            (from..to).try_for_each(|chunk_id| chunk(connection, plan, chunk_id))
        })?;
        progress.advance(16 * SLOTS as u64);
    }
    connection.execute("pragma wal_checkpoint(truncate)", &[])?;
    Ok(())
}

fn organisations(connection: &mut NativeConnection, plan: &Plan) -> Result<(), StoreError> {
    for branch in 0..plan.branches() {
        let (number, id) = ((branch + 1) as i64, branch_id(branch));
        connection.execute(
            "insert into organisation (organisation_ref, organisation_id, name) values (?1, ?2, ?3)",
            &[number.into(), id.as_str().into(), plan.branch_name(branch).into()],
        )?;
    }
    Ok(())
}

fn opened_on(plan: &Plan, number: u64) -> i32 {
    let days = Random::of(plan.seed, 11, number).between(400, 6_000) as i32;
    Day::from_date(plan.month(0).first_day()).number() - days
}

fn persons(
    connection: &mut NativeConnection,
    plan: &Plan,
    numbers: std::ops::Range<u64>,
) -> Result<(), StoreError> {
    const CUSTOMER: &str =
        "insert into customer (customer_ref, customer_id, organisation_ref, name, phone, opened_on)
         values (?1, ?2, ?3, ?4, ?5, ?6)";
    const ACCOUNT: &str = "insert into account (account_ref, account_id, customer_ref, class, opened_on)
         values (?1, ?2, ?1, 'deposit', ?3)";
    for number in numbers {
        let (customer, account) = (id(b'C', number), id(b'D', number));
        let (customer, account) = (String::from_utf8_lossy(&customer), String::from_utf8_lossy(&account));
        let reference = number as i64;
        let organisation = plan.branch_of(number) as i64 + 1;
        let opened = opened_on(plan, number);
        let phone = format!("+86139{number:08}");
        connection.execute(
            CUSTOMER,
            &[
                reference.into(),
                customer.as_ref().into(),
                organisation.into(),
                "王小明".into(),
                phone.into(),
                opened.into(),
            ],
        )?;
        connection.execute(ACCOUNT, &[reference.into(), account.as_ref().into(), opened.into()])?;
    }
    Ok(())
}

/// The number of a month in the book.
pub fn month_number(month: crate::month::CalendarMonth) -> i32 {
    Day::from_date(month.first_day()).month().number()
}

fn chunk(connection: &mut NativeConnection, plan: &Plan, chunk_id: u32) -> Result<(), StoreError> {
    let first = u64::from(customer_at(chunk_id, 0));
    let numbers = first..plan.customers.min(first + SLOTS as u64);
    let people: Vec<Wealth> = numbers.clone().map(|number| Wealth::of(plan.seed, number, MONTHS)).collect();
    for month in 0..MONTHS {
        let mut columns = MonthColumns::default();
        for (slot, wealth) in people.iter().enumerate() {
            let figures = wealth.month(month, MONTHS);
            let assets = figures.deposits + figures.investments;
            let holdings = [
                assets,
                assets,
                figures.investments,
                figures.investments,
                figures.secured_loans,
                figures.unsecured_loans,
            ];
            for (measure, figure) in HOLDING_MEASURES.into_iter().zip(holdings) {
                columns.put(measure, slot, figure);
            }
            columns.put(Measure::CardSpend, slot, figures.card_spend);
            columns.put(Measure::Origin, slot, Origin::Delivered.number());
        }
        let place = (chunk_id, month_number(plan.month(month)));
        store::book::put_month(connection, place, &MonthColumns::default(), &columns)?;
    }
    let last_month = Month::from_number(month_number(plan.last_month));
    let chunk = ChunkRow {
        chunk_id,
        customers: people.len(),
        last_month: last_month.number(),
        organisation: numbers.clone().map(|number| plan.branch_of(number) as u32 + 1).collect(),
        opened: numbers.map(|number| opened_on(plan, number)).collect(),
    };
    store::book::put_chunk(connection, &chunk)
}
