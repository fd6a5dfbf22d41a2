import { usePages } from '../pages-of-list.ts';
import { Announcement } from '../parts/announcement.tsx';
import { Empty } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { announcements } from '../resources.ts';
import { announcementWords } from '../words/announcement-words.ts';
import { useWords } from '../words/words.ts';

/** `/announcements`: failures and maintenance of the MSP. */
export function AnnouncementsPage() {
  const words = useWords(announcementWords);
  const pages = usePages((cursor) => announcements(cursor === undefined ? {} : { cursor }));
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <PagedList
        pages={pages}
        keyOf={({ id }) => id}
        row={(announcement) => <Announcement announcement={announcement} />}
        empty={
          <Empty title={words.none}>
            <p>{words.noneBody}</p>
          </Empty>
        }
      />
    </>
  );
}
